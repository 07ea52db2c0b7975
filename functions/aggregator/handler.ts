/**
 * The end of the pipeline: a CloudEvents sink for a KafkaSource. A 2xx means that Valkey has counted the event, now or
 * before; 422 and 400 that it never will be (the source keeps it as a dead letter); 429 and 503 ask for it again.
 */
import type { Context, Hono } from 'hono'
import { logReading } from '../_adapters/cloudevents/reading.ts'
import { readCloudEvents } from '../_adapters/cloudevents/sink.ts'
import { storeMany } from '../_adapters/http/answers.ts'
import { createApp, endpoint, type HttpPorts } from '../_adapters/http/app.ts'
import { ERRORS, type ErrorCode, Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import type { Clock, Sink } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'

export interface AggregatorPorts extends HttpPorts {
  readonly registry: Registry
  readonly clock: Clock
  /** Resolves when Valkey has the effect. */
  readonly submit: Sink<Event>
}

export function aggregatorHandler(ports: AggregatorPorts): Hono {
  const { registry, clock, submit, metrics } = ports
  const app = createApp(ports)
  const reading = logReading(registry, clock)
  const count = async (c: Context): Promise<Response> => {
    const events = await readCloudEvents(c, reading)
    if (events === undefined) throw new Failure('mediaType', 'POST / takes CloudEvents')
    if ('length' in events) return storeMany(c, events, submit)
    const [failure] = await submit([events])
    if (failure !== undefined) throw failure
    // No body: KafkaSource would take one for a reply event.
    return c.body(null, 204)
  }
  endpoint(app, '/', ports, count, ({ code }) => {
    if (endsAsDeadLetter(code)) metrics.counter('deadLetters', { reason: code })()
  })
  return app
}

/** A KafkaSource asks again after 429 and 5xx; any other failure it takes as final. */
const endsAsDeadLetter = (code: ErrorCode): boolean => ERRORS[code].http < 500 && !ERRORS[code].retryable
