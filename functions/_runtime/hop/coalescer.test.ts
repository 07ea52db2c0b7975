import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from '../../_core/errors.ts'
import { FULL_BATCHES_IN_FLIGHT, GATHER_MS } from '../../_core/limits.ts'
import type { Outcome } from '../../_core/ports.ts'
import { Coalescer, type CoalescerOptions } from './coalescer.ts'

const BOUNDS = { batchItems: 4, batchBytes: 100, queueItems: 10, queueBytes: 200, queueWaitMs: 1000 }

function coalescer(options: Partial<CoalescerOptions<number>> = {}) {
  return new Coalescer<number>({
    send: async (items) => items.map(() => undefined),
    sizeOf: () => 1,
    clock: () => 0,
    ...BOUNDS,
    ...options,
  })
}

/** A send that a test finishes by hand. */
function heldSend() {
  const held: { items: readonly number[]; finish: (outcomes: readonly Outcome[]) => void }[] = []
  const send = (items: readonly number[]) =>
    new Promise<readonly Outcome[]>((finish) => void held.push({ items, finish }))
  return { held, send }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const codes = (outcomes: readonly Outcome[]) => outcomes.map((outcome) => outcome?.code)

describe('Coalescer', () => {
  it('sends what arrives while a send is in flight together in the next one', async () => {
    const { held, send } = heldSend()
    const { submit } = coalescer({ send })
    const first = submit([1])
    await turn()
    const later = [submit([2]), submit([3, 4])]
    held[0]?.finish([undefined])
    expect(await first).toEqual([undefined])
    await turn()
    expect(held.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
    held[1]?.finish([undefined, new Failure('invalid', 'no'), undefined])
    expect((await Promise.all(later)).map(codes)).toEqual([[undefined], ['invalid', undefined]])
  })

  describe('after a send for several callers', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
    afterEach(() => void vi.useRealTimers())

    async function answeredTwoWithOneWaiting() {
      const { held, send } = heldSend()
      const { submit } = coalescer({ send })
      void submit([1])
      void submit([2])
      await turn()
      void submit([3])
      held[0]?.finish([undefined, undefined])
      await turn()
      return { submit, sent: () => held.map(({ items }) => items) }
    }

    it('gathers until as many are there, and sends at once then', async () => {
      const { submit, sent } = await answeredTwoWithOneWaiting()
      void submit([4])
      await turn()
      expect(sent()).toHaveLength(1)
      void submit([5, 6])
      await turn()
      expect(sent()[1]).toEqual([3, 4, 5, 6])
    })

    it('does not wait longer than the bound for those who stay away', async () => {
      const { sent } = await answeredTwoWithOneWaiting()
      expect(sent()).toHaveLength(1)
      vi.advanceTimersByTime(GATHER_MS)
      await turn()
      expect(sent()[1]).toEqual([3])
    })
  })

  const batches: [string, Partial<CoalescerOptions<number>>, number[][]][] = [
    ['items', { batchItems: 2 }, [[1, 2], [3]]],
    ['bytes', { sizeOf: () => 60 }, [[1], [2], [3]]],
    ['bytes, a single one over the bound alone', { sizeOf: () => 101, queueBytes: 999 }, [[1], [2], [3]]],
  ]
  it.each(batches)('bounds a batch in %s', async (_, options, expected) => {
    const sent: (readonly number[])[] = []
    const { submit } = coalescer({
      ...options,
      send: async (items) => {
        sent.push(items)
        return items.map(() => undefined)
      },
    })
    await submit([1, 2, 3])
    expect(sent).toEqual(expected)
  })

  const queues: [string, Partial<CoalescerOptions<number>>][] = [
    ['items', { queueItems: 2 }],
    ['bytes', { sizeOf: () => 100 }],
  ]
  it.each(queues)('refuses what the queue cannot hold in %s as busy, and only that', async (_, options) => {
    const { submit } = coalescer(options)
    expect(codes(await submit([1, 2, 3]))).toEqual([undefined, undefined, 'busy'])
  })

  it('sends full batches at the same time, up to a bound', async () => {
    const { held, send } = heldSend()
    const { submit } = coalescer({ send, queueItems: 99 })
    const items = Array.from(
      { length: BOUNDS.batchItems * (FULL_BATCHES_IN_FLIGHT + 1) },
      (_, index) => index,
    )
    const all = submit(items)
    for (let sends = 0; sends <= FULL_BATCHES_IN_FLIGHT; sends++) await turn()
    expect(held).toHaveLength(FULL_BATCHES_IN_FLIGHT)
    held[1]?.finish(new Array(BOUNDS.batchItems).fill(undefined))
    await turn()
    await turn()
    expect(held).toHaveLength(FULL_BATCHES_IN_FLIGHT + 1)
    for (const { finish } of held) finish(new Array(BOUNDS.batchItems).fill(undefined))
    expect(await all).toEqual(items.map(() => undefined))
  })

  describe('with a send that takes long', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
    afterEach(() => void vi.useRealTimers())

    it('answers unavailable to what has waited too long, and to nothing else', async () => {
      const { held, send } = heldSend()
      const hop = coalescer({ send, clock: Date.now })
      void hop.submit([1])
      await turn()
      const late = hop.submit([2, 3])
      vi.advanceTimersByTime(BOUNDS.queueWaitMs / 2)
      const inTime = hop.submit([4])
      vi.advanceTimersByTime(BOUNDS.queueWaitMs / 2)
      expect(codes(await late)).toEqual(['unavailable', 'unavailable'])
      expect(hop.depth).toBe(1)
      held[0]?.finish([undefined])
      await turn()
      await turn()
      expect(held[1]?.items).toEqual([4])
      held[1]?.finish([undefined])
      expect(await inTime).toEqual([undefined])
    })
  })

  it('answers unavailable when a send answers too few outcomes, and keeps the cause', async () => {
    const { submit } = coalescer({ send: async () => [] })
    const [outcome] = await submit([1])
    expect(outcome?.code).toBe('unavailable')
    expect(String(outcome?.cause)).toContain('1 items answered 0 outcomes')
  })

  it('drains on close and takes nothing new', async () => {
    const { held, send } = heldSend()
    const hop = coalescer({ send })
    const taken = hop.submit([1])
    const closed = hop.close()
    expect(codes(await hop.submit([2]))).toEqual(['unavailable'])
    await turn()
    held[0]?.finish([undefined])
    await closed
    expect(codes(await taken)).toEqual([undefined])
  })

  it('gives every item exactly one outcome, its own, whatever fails', async () => {
    const groups = fc.array(fc.array(fc.integer({ min: 0, max: 99 }), { maxLength: 7 }), { maxLength: 12 })
    const behaviours = fc.array(fc.constantFrom('ok', 'throws', 'short', 'even fail'), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(groups, behaviours, async (submits, plan) => {
        let sends = 0
        const send = async (items: readonly number[]): Promise<readonly Outcome[]> => {
          expect(items.length).toBeLessThanOrEqual(BOUNDS.batchItems)
          const behaviour = plan[sends++ % plan.length]
          await turn()
          if (behaviour === 'throws') throw new Error('away')
          if (behaviour === 'short') return []
          return items.map((item) =>
            behaviour === 'even fail' && item % 2 === 0 ? new Failure('invalid', String(item)) : undefined,
          )
        }
        const hop = coalescer({ send })
        const results = await Promise.all(submits.map((items) => hop.submit(items)))
        await hop.close()
        for (const [index, outcomes] of results.entries()) {
          expect(outcomes).toHaveLength(submits[index]?.length ?? -1)
          for (const [position, outcome] of outcomes.entries()) {
            if (outcome?.code === 'invalid') expect(outcome.message).toBe(String(submits[index]?.[position]))
          }
        }
      }),
    )
  })
})
