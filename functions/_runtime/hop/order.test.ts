/**
 * Order by key over all hops: many orders, whose clients wait for an answer before they say what happened next or send whole
 * lives in one request; hops that send several batches at a time, two publishers, a log that fails before or after it has
 * stored, and deliveries that come again. No order is ever judged out of order.
 */
import { setImmediate as turn } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { memoryCounter } from '../../_core/memory-counter.ts'
import type { Outcome, Sink } from '../../_core/ports.ts'
import { broughtTo } from '../../_testing/life-events.ts'
import { Coalescer } from './coalescer.ts'
import { laneOf } from './lanes.ts'
import { retrying } from './retry.ts'

const RUNS = 60
const STEPS = 4
/** Small, so that much is split and much is under way. */
const BOUNDS = { batchItems: 5, batchBytes: 1e6, queueItems: 1e4, queueBytes: 1e9, queueWaitMs: 1e6 }
/** No wait between attempts: half of no time is over at once, so clients send again instead. */
const RETRIES = { clock: () => 0, attempts: 1, withinMs: 60_000, onRetry: () => {} }

const hop = (send: Sink<Event>): Sink<Event> =>
  new Coalescer<Event>({
    ...{ ...BOUNDS, sizeOf: () => 1, clock: () => 0, laneOf },
    send: retrying(send, RETRIES),
  }).submit

/** The choices of a run, one after the other. */
type Choose = (most: number) => number

function pipeline(choose: Choose, partitions: number) {
  const log: Event[][] = Array.from({ length: partitions }, () => [])
  let failures = 12
  const pause = async (): Promise<void> => {
    for (let turns = choose(3); turns > 0; turns--) await turn()
  }
  const append: Sink<Event> = async (events) => {
    await pause()
    const fails = failures > 0 && choose(6) === 0
    if (fails) failures--
    if (!fails || choose(1) === 0)
      for (const event of events) log[partitionOf(event, partitions)]?.push(event)
    await pause()
    return events.map((): Outcome => (fails ? new Failure('unavailable', 'not confirmed') : undefined))
  }
  const publishers = [hop(inTurn(append)), hop(inTurn(append))]
  /** A call for each domain, as the bridge makes them. */
  const call: Sink<Event> = async (events) => {
    const outcomes: Outcome[] = []
    const calls = [...Map.groupBy(events.entries(), ([, { domain }]) => domain)].map(async ([, entries]) => {
      await pause()
      const results = await publishers[choose(1)]?.(entries.map(([, event]) => event))
      for (const [at, [index]] of entries.entries()) outcomes[index] = results?.[at]
    })
    await Promise.all(calls)
    return Array.from(events, (_, index) => outcomes[index])
  }
  const bridges = [hop(call), hop(call)]
  const ingest = hop(async (events) => {
    await pause()
    return (await bridges[choose(1)]?.(events)) ?? []
  })
  return { ingest, log }
}

/** One send at a time, as the log has it for an ordered topic. */
function inTurn(send: Sink<Event>): Sink<Event> {
  let last: Promise<unknown> = Promise.resolve()
  return (events) => {
    const next = last.then(() => send(events))
    last = next
    return next
  }
}

const partitionOf = ({ value }: Event, partitions: number): number =>
  [...String(value.id)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % partitions

/** Sends what was not acknowledged again, as a client does that was told 503. */
async function send(submit: Sink<Event>, events: readonly Event[]): Promise<void> {
  for (let open = events; open.length > 0; ) {
    const sent = open
    const outcomes = await submit(sent)
    // From the first that failed on: what a client has behind it comes after it.
    const first = outcomes.findIndex((outcome) => outcome !== undefined)
    open = first < 0 ? [] : sent.slice(first)
  }
}

test('every order lives its whole life, whatever is under way, fails and comes again', async () => {
  const choices = fc.infiniteStream(fc.nat(1e6))
  await fc.assert(
    fc.asyncProperty(choices, fc.integer({ min: 2, max: 30 }), async (stream, orders) => {
      const choose: Choose = (most) => stream.next().value % (most + 1)
      const { ingest, log } = pipeline(choose, 3)
      const lives = Array.from({ length: orders }, (_, order) => broughtTo(STEPS, `o${order}-`))
      await Promise.all(
        lives.map(async (life, order) => {
          if (order % 2 === 0) return send(ingest, life)
          for (const event of life) await send(ingest, [event])
        }),
      )
      const refused: Outcome[] = []
      const counter = memoryCounter(domains)
      for (const partition of log) {
        for (let from = 0; from < partition.length; ) {
          const to = from + 1 + choose(4)
          refused.push(...(await counter.apply(partition.slice(from, to))).filter(Boolean))
          // A crash before the commit: some of it is delivered again.
          from = choose(4) === 0 ? Math.max(from + 1, to - 1 - choose(2)) : to
        }
      }
      expect(refused).toEqual([])
      const { 'pedidos:estados': states } = counter.snapshot()
      expect(states).toMatchObject({ hash: expect.arrayContaining([['Finalizado', String(orders)]]) })
    }),
    { numRuns: RUNS },
  )
})
