/**
 * The end of the road: a CloudEvents sink for a KafkaSource. A 2xx means that Valkey has counted the event, now or
 * before; 422 and 400 that it never will be (the source keeps it as a dead letter); 429 and 503 ask for it again.
 */
import type { Context, Hono } from 'hono'
import { storeMany } from '../_adapters/http/answers.ts'
import { createApp, door, type HttpPorts } from '../_adapters/http/app.ts'
import type { Reading } from '../_adapters/http/cloudevents.ts'
import { readCloudEvents } from '../_adapters/http/sink.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import type { Clock, Sink } from '../_core/ports.ts'
import { knownType, type Registry } from '../_core/registry.ts'

export interface AggregatorPorts extends HttpPorts {
  readonly registry: Registry
  readonly clock: Clock
  /** Resolves when Valkey has the effect. */
  readonly submit: Sink<Event>
}

/** What KafkaSource makes of a record whose headers are no CloudEvent. */
const PLAIN_RECORD_TYPE = 'dev.knative.kafka.event'

export function aggregatorHandler(ports: AggregatorPorts): Hono {
  const { registry, clock, submit } = ports
  const app = createApp(ports)
  const reading = readingOf(registry, clock)
  door(app, '/', ports, async (c: Context) => {
    const events = await readCloudEvents(c, reading)
    if (events === undefined) throw new Failure('mediaType', 'POST / takes CloudEvents')
    if ('length' in events) return storeMany(c, events, submit)
    const [failure] = await submit([events])
    if (failure !== undefined) throw failure
    // No body: KafkaSource would take one for a reply event.
    return c.body(null, 204)
  })
  return app
}

/** How events from the log are read: also what a plain record leaves out is known. */
export const readingOf = (registry: Registry, clock: Clock): Reading => ({
  now: () => new Date(clock()).toISOString(),
  domainOf: (type, source) =>
    type === PLAIN_RECORD_TYPE
      ? { domain: topicDomain(registry, source), missing: 'absent' }
      : { domain: knownType(registry, type), missing: 'required' },
})

/** A plain record's source ends with `#<topic>`. */
function topicDomain(registry: Registry, source: string) {
  const topic = source.slice(source.indexOf('#') + 1)
  const domain = registry.all.find((candidate) => candidate.topic === topic)
  if (domain !== undefined) return domain
  const detail = `names no topic of ${registry.all.map((known) => known.topic).join(', ')}`
  throw new Failure('invalid', `source ${detail}`, [{ field: 'source', detail }])
}
