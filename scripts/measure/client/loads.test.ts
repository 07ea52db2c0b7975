import { describe, expect, it } from 'vitest'
import { domains } from '../../../functions/_core/domains/index.ts'
import { until } from '../../lib/until.ts'
import { percentileMs } from '../compare/histogram.ts'
import { poolOf } from '../events.ts'
import { closedLoop, openLoop } from './loads.ts'
import type { Answer, Sender } from './sender.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const pool = poolOf(domain, { seed: 1, mark: 'load', bytes: 100 })
const EVENTS = pool.events.length
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Answers at once, or once it may. */
const sender = (answer: Answer, gate: Promise<unknown> = Promise.resolve()): Sender => ({
  send: () => gate.then(() => answer),
  close: () => {},
})

describe('closed loop', () => {
  it.each<[Answer, object]>([
    ['stored', { stored: 40, unknown: 0, refused: 0, answered: 20 }],
    ['unknown', { stored: 0, unknown: 40, refused: 0, answered: 0 }],
    ['refused', { stored: 0, unknown: 0, refused: 40, answered: 0 }],
  ])('notes what was %s, by event', async (answer, expected) => {
    const lanes = [sender(answer), sender(answer)]
    const result = await closedLoop({ lanes, pool, items: 2 }, (_, sent) => sent < 10)
    const { stored, unknown, refused, answered } = result
    expect({ stored: sum(stored), unknown: sum(unknown), refused, answered }).toEqual(expected)
    expect(stored).toHaveLength(EVENTS)
    expect(Math.max(...stored, ...unknown)).toBeLessThanOrEqual(1)
  })

  it('has as many in flight as lanes', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const lanes = Array.from({ length: 4 }, () => sender('stored', promise))
    const running = closedLoop({ lanes, pool, items: 1 }, (_, sent) => sent < 1)
    const start = performance.now()
    await until(() => performance.now() - start > 100, 5_000)
    resolve()
    expect((await running).inFlight).toBeCloseTo(4, 0)
  })
})

describe('open loop', () => {
  const SECONDS = 0.5
  const PER_SECOND = 6_000

  it('starts as many as are due, at the same moments for the same seed', async () => {
    const run = (seed: number) =>
      openLoop(
        { lanes: [sender('stored')], pool, items: 1 },
        { seconds: SECONDS, perSecond: PER_SECOND, seed },
      )
    const counts = []
    for (const seed of [1, 1, 2]) {
      const { answered, skipped } = await run(seed)
      counts.push(answered + skipped)
    }
    expect(counts[0]).toBe(counts[1])
    expect(counts[0]).not.toBe(counts[2])
    // A Poisson process: 3,000 ± 4 × √3,000.
    for (const count of counts) expect(Math.abs(count - SECONDS * PER_SECOND)).toBeLessThan(4 * 55)
  })

  it('starts evenly where that is asked', async () => {
    const ask = { seconds: 0.2, perSecond: 500, seed: 1, isEven: true }
    const { answered, skipped } = await openLoop({ lanes: [sender('stored')], pool, items: 1 }, ask)
    expect(answered + skipped).toBe(100)
  })

  it('counts latency from when a request was due, and the starts that it did not make', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const load = { lanes: [sender('stored', promise)], pool, items: 1 }
    const running = openLoop(load, { seconds: SECONDS, perSecond: PER_SECOND, seed: 1 })
    const start = performance.now()
    // Twice as long: the last starts are made a tick after their time is over, and must find the lane still taken.
    await until(() => performance.now() - start > 2 * SECONDS * 1_000, 5_000)
    resolve()
    const { answered, skipped, latency, service } = await running
    // One in flight and a thousand that wait for its lane.
    expect(answered).toBe(1_001)
    expect(skipped).toBeGreaterThan(1_000)
    // They were sent when the first was answered, and answered at once: only the due time tells.
    expect(percentileMs(service, 0.5)).toBeLessThan(percentileMs(latency, 0.5) / 10)
    expect(percentileMs(latency, 0.01)).toBeGreaterThan(100)
  })
})
