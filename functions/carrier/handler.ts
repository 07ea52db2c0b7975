/**
 * A carrier that is made up: it moves each thing along its line, one to three seconds in each state, by sending the next
 * event through the bridge as any client would. A CloudEvents sink for a KafkaSource of its own.
 *
 * It answers a delivery when the moves it leads to are stored, so the waiting is inside the request: a pod that waits is
 * not scaled away, and when one dies its deliveries come again. What is due is reckoned from the event's own time, and each
 * move has one identity, so that coming again neither waits twice nor moves twice. With a pace (pace.ts), what is born waits for its
 * turn too; a delivery that holds some whose turn is too far away is answered 503, and so its source holds others back.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Hono } from 'hono'
import { logReading } from '../_adapters/cloudevents/reading.ts'
import { readDelivery } from '../_adapters/cloudevents/sink.ts'
import { createApp, endpoint, type HttpPorts } from '../_adapters/http/app.ts'
import { accept } from '../_core/accept.ts'
import type { Domain } from '../_core/domain.ts'
import { type Transition, transitionOf } from '../_core/effects/transition-data.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { type Clock, isEvent, type Outcome, type Sink } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'
import { msOf, timestampOf } from '../_core/time.ts'
import { type CarrierOptions, leadsNowhere, nextMoves, type Planned } from './next-moves.ts'
import type { Pace } from './pace.ts'

export interface CarrierPorts extends HttpPorts {
  readonly registry: Registry
  readonly clock: Clock
  /** Resolves when the bridge has stored it. */
  readonly submit: Sink<Event>
  readonly options: CarrierOptions
  readonly pace: Pace
}

const SOURCE = '/carrier'

export function carrierHandler(ports: CarrierPorts): Hono {
  const { registry, clock, submit, options, pace } = ports
  const app = createApp(ports)
  const reading = logReading(registry, clock)
  const send = async (happened: Event, planned: Planned, turnMs: number): Promise<Outcome> => {
    const mover = moverOf(registry, happened.domain)
    if (mover === undefined) return undefined
    const waitMs = msOf(happened.time) + planned.afterMs - clock()
    await delay(Math.max(turnMs, Math.min(waitMs, planned.afterMs)))
    const [outcome] = await submit([eventOf(mover, happened, planned, timestampOf(clock()))])
    return outcome
  }
  /** All that an event leads to. */
  const follow = async (event: Event): Promise<Outcome> => {
    const effect = transitionOf(event.domain)
    if (effect === undefined || (event.source === SOURCE && leadsNowhere(event.id))) return undefined
    const isBirth = effect.move === undefined
    const turn = isBirth ? pace.turnOf(event) : 0
    if (turn === 'done') return undefined
    if (turn === 'later') return new Failure('unavailable', 'its turn is too far away')
    const moves = nextMoves(effect, event, options).map((move) => send(event, move, turn))
    const failure = (await Promise.all(moves)).find((outcome) => outcome !== undefined)
    if (failure === undefined && isBirth) pace.done(event)
    return failure
  }
  app.post('/', endpoint('/', ports), async (c) => {
    const { items } = await readDelivery(c, reading)
    const events = items.filter(isEvent)
    const outcomes = await Promise.all(events.map(follow))
    const failure = outcomes.find((outcome) => outcome !== undefined)
    if (failure !== undefined) throw new Failure('unavailable', failure.message)
    pace.forget(events)
    return c.body(null, 204)
  })
  return app
}

interface Mover {
  readonly domain: Domain
  readonly effect: Transition
}

/** The domain of the events that move what `domain` is about. */
function moverOf(registry: Registry, { topic }: Domain): Mover | undefined {
  for (const domain of registry.all) {
    const effect = domain.topic === topic ? transitionOf(domain) : undefined
    if (effect?.move !== undefined) return { domain, effect }
  }
  return undefined
}

function eventOf({ domain, effect }: Mover, happened: Event, planned: Planned, time: string): Event {
  const id = String(happened.value[happened.domain.key])
  const sent: Record<string, string> = { [effect.id]: id }
  if (effect.move !== undefined) {
    sent[effect.move.event] = planned.event
    sent[effect.move.actor] = planned.actor
  }
  return { id: `${id}/${planned.name}`, source: SOURCE, time, domain, value: accept(domain, sent, 'absent') }
}
