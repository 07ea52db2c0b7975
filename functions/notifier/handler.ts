/**
 * Tells people by mail what became of what they ordered: a CloudEvents sink for a KafkaSource of its own, so that a mail
 * server that is slow or away holds nothing up. 2xx: all is sent, put off, or not to be told; 422: some mails never can be
 * sent (the source keeps the record as a dead letter, with why); 503: ask again, an event is not judged yet, or another
 * pod has the mail in hand.
 */
import type { Hono } from 'hono'
import { logReading } from '../_adapters/cloudevents/reading.ts'
import { readDelivery } from '../_adapters/cloudevents/sink.ts'
import { createApp, endpoint, type HttpPorts } from '../_adapters/http/app.ts'
import { problem } from '../_adapters/http/problem.ts'
import type { Outbox } from '../_adapters/valkey/outbox.ts'
import { Failure } from '../_core/errors.ts'
import { type Clock, isEvent } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'
import type { Notified, Notifier } from './notify.ts'
import { addOptOut, type OptOutLinks } from './opt-out.ts'
import type { Schedule } from './schedule.ts'

export interface NotifierHandlerPorts extends HttpPorts {
  readonly registry: Registry
  readonly clock: Clock
  readonly notifier: Notifier
  readonly schedule: Pick<Schedule, 'wake'>
  readonly outbox: Pick<Outbox, 'optOut'>
  readonly links: OptOutLinks
}

/** What a KafkaSource keeps of an answer is short. */
const REASONS = 5

export function notifierHandler(ports: NotifierHandlerPorts): Hono {
  const { registry, clock, notifier, schedule, links, outbox } = ports
  const app = createApp(ports)
  const reading = logReading(registry, clock)
  app.post('/', endpoint('/', ports), async (c) => {
    const { items } = await readDelivery(c, reading)
    // What cannot be read is the aggregator's to refuse.
    const events = items.filter(isEvent)
    const notified = await notifier.notify(events)
    if (notified.some(({ is }) => is === 'later')) schedule.wake()
    if (notified.some(({ is }) => is === 'unjudged'))
      throw new Failure('unavailable', 'not all is judged yet')
    if (notified.some(({ is }) => is === 'taken'))
      throw new Failure('unavailable', 'a mail is in other hands')
    const reasons = notified.flatMap(reasonOf)
    if (reasons.length === 0) return c.body(null, 204)
    const detail = `${reasons.length} of ${notified.length} mails can never be sent`
    return problem(c, new Failure('invalid', detail), { motivos: reasons.slice(0, REASONS) })
  })
  addOptOut(app, links, outbox)
  return app
}

const reasonOf = (notified: Notified): string[] => (notified.is === 'dead' ? [notified.reason] : [])
