/**
 * The end of the pipeline: a CloudEvents sink for a KafkaSource. A 2xx means that Valkey has counted the event, now or
 * before, or each event of a packed record; 422 and 400 that it, or some of them, never will be (the source keeps the
 * record as a dead letter, with the answer, which says which); 429 and 503 ask for it again.
 */
import type { Context, Hono } from 'hono'
import { logReading } from '../_adapters/cloudevents/reading.ts'
import { type Delivery, readDelivery } from '../_adapters/cloudevents/sink.ts'
import { createApp, endpoint, type HttpPorts } from '../_adapters/http/app.ts'
import { problem } from '../_adapters/http/problem.ts'
import type { EpochGuard } from '../_adapters/valkey/epoch.ts'
import type { Account } from '../_core/accounts.ts'
import type { Followed } from '../_core/counting.ts'
import { asFailure, ERRORS, type ErrorCode, type Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { type Clock, isEvent, type Sink, submitItems } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'
import { accountingWith } from './accounting.ts'
import { refusalsOf } from './refusals.ts'

export interface AggregatorPorts extends HttpPorts {
  readonly registry: Registry
  readonly clock: Clock
  /** Resolves when Valkey has the effect. */
  readonly submit: Sink<Event>
  /** Resolves when it is written down what became of the records. */
  readonly accounts: Sink<Account>
  /** What was written down of an event that was followed. */
  readonly followed: (event: Event) => Followed | undefined
  /** Knows which topics the counted records were of. */
  readonly epoch?: Pick<EpochGuard, 'requireTopic'>
}

export function aggregatorHandler(ports: AggregatorPorts): Hono {
  const { registry, clock, submit, metrics } = ports
  const app = createApp(ports)
  const reading = logReading(registry, clock)
  const accounting = accountingWith(ports.accounts, registry, ports.followed)
  const onFailure = ({ code }: Failure): void => {
    if (endsAsDeadLetter(code)) metrics.counter('deadLetters', { reason: code })()
  }
  const count = async (c: Context): Promise<Response> => {
    const delivery = await readDelivery(c, reading)
    const { topic } = domainOf(delivery) ?? {}
    if (topic !== undefined && delivery.topicId !== undefined) {
      await ports.epoch?.requireTopic(topic, delivery.topicId)
    }
    const outcomes = await submitItems(delivery.items, submit)
    const refused = outcomes.filter((outcome) => outcome !== undefined)
    const [first] = refused
    // No body: KafkaSource would take one for a reply event.
    if (first === undefined) {
      await accounting.counted(c, delivery.items)
      return c.body(null, 204)
    }
    const again = refused.find(isUnavailable) ?? refused.find(({ code }) => !endsAsDeadLetter(code))
    if (again !== undefined) throw again
    if (delivery.sent === undefined) throw first
    for (const failure of refused) onFailure(failure)
    const { failure, beside } = refusalsOf(delivery.sent, outcomes)
    await accounting.dead(c, domainOf(delivery), failure, beside.rechazadas)
    return problem(c, failure, beside)
  }
  const accountFor = async (c: Context): Promise<Response> => {
    try {
      return await count(c)
    } catch (error) {
      const failure = asFailure(error)
      if (endsAsDeadLetter(failure.code)) await accounting.dead(c, undefined, failure)
      throw error
    }
  }
  app.post('/', endpoint('/', ports, onFailure), accountFor)
  return app
}

const domainOf = ({ items }: Delivery) => items.find(isEvent)?.domain

const isUnavailable = ({ code }: Failure): boolean => code === 'unavailable'

/** A KafkaSource asks again after 429 and 5xx; any other failure it takes as final. */
const endsAsDeadLetter = (code: ErrorCode): boolean => ERRORS[code].http < 500 && !ERRORS[code].retryable
