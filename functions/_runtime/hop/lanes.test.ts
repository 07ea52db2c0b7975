import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../_core/errors.ts'
import { Coalescer } from './coalescer.ts'

interface Thing {
  readonly key: string
  readonly kind: number
  readonly number: number
}

const BOUNDS = { batchItems: 3, batchBytes: 100, queueItems: 1000, queueBytes: 10_000, queueWaitMs: 60_000 }
const laneOf = ({ key, kind }: Thing) => (key === 'free' ? undefined : { key, kind })
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Sends that a test finishes by hand. */
function heldCoalescer() {
  const held: { items: readonly Thing[]; finish: (failure?: Failure) => void }[] = []
  const { submit } = new Coalescer<Thing>({
    ...{ ...BOUNDS, sizeOf: () => 1, clock: () => 0, laneOf },
    send: (items) =>
      new Promise((resolve) => {
        const finish = (failure?: Failure) => resolve(items.map(() => failure))
        held.push({ items, finish })
      }),
  })
  const sent = () => held.map(({ items }) => items.map(({ key, number }) => `${key}${number}`).join(' '))
  return { submit, held, sent }
}

const thing = (key: string, number: number, kind = 0): Thing => ({ key, number, kind })

describe('lanes', () => {
  it('hold back what follows in a lane of a send in flight, and nothing else', async () => {
    const { submit, held, sent } = heldCoalescer()
    void submit([thing('a', 1), thing('b', 1), thing('b', 2), thing('a', 2), thing('c', 1), thing('free', 1)])
    await turn()
    await turn()
    expect(sent()).toEqual(['a1 b1 b2', 'c1 free1'])
    held[0]?.finish()
    held[1]?.finish()
    await turn()
    await turn()
    expect(sent()[2]).toBe('a2')
  })

  it('do not send two kinds of one lane together', async () => {
    const { submit, held, sent } = heldCoalescer()
    void submit([thing('a', 1, 0), thing('a', 2, 1), thing('b', 1, 1)])
    await turn()
    await turn()
    expect(sent()).toEqual(['a1 b1'])
    held[0]?.finish()
    await turn()
    await turn()
    expect(sent()[1]).toBe('a2')
  })

  it('fail what a caller has behind a failure, and not what others have', async () => {
    const { submit, held, sent } = heldCoalescer()
    const first = submit([thing('a', 1), thing('b', 1), thing('c', 1), thing('a', 2)])
    const other = submit([thing('a', 3)])
    await turn()
    held[0]?.finish(new Failure('unavailable', 'away'))
    expect((await first).map((outcome) => outcome?.code)).toEqual(Array(4).fill('unavailable'))
    await turn()
    await turn()
    expect(sent()).toEqual(['a1 b1 c1', 'a3'])
    held[1]?.finish()
    expect(await other).toEqual([undefined])
  })

  it('keep each key in order, whatever is in flight and whatever fails, and lose nothing', async () => {
    const things = fc.array(
      fc.record({ key: fc.constantFrom('a', 'b', 'c', 'free'), kind: fc.nat(1), number: fc.constant(0) }),
      { minLength: 1, maxLength: 60 },
    )
    await fc.assert(
      fc.asyncProperty(things, fc.infiniteStream(fc.nat(3)), fc.nat(4), async (all, choices, width) => {
        const numbered = all.map((one, number) => ({ ...one, number }))
        const done: Thing[] = []
        let underWay = 0
        const { submit } = new Coalescer<Thing>({
          ...{ ...BOUNDS, sizeOf: () => 1, clock: () => 0, laneOf },
          send: async (items) => {
            underWay++
            for (let wait = choices.next().value; wait > 0; wait--) await turn()
            done.push(...items)
            underWay--
            return items.map(() => undefined)
          },
        })
        const answers = []
        for (let at = 0; at < numbered.length; at += width + 1) {
          answers.push(submit(numbered.slice(at, at + width + 1)))
          if (choices.next().value === 0) await turn()
        }
        await Promise.all(answers)
        expect(underWay).toBe(0)
        expect(done).toHaveLength(numbered.length)
        for (const key of ['a', 'b', 'c']) {
          const numbers = done.filter((one) => one.key === key).map(({ number }) => number)
          expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
        }
      }),
    )
  })
})
