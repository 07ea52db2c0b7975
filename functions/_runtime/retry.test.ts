import { describe, expect, it } from 'vitest'
import { Failure } from '../_core/errors.ts'
import type { Outcome } from '../_core/ports.ts'
import { retrying } from './retry.ts'

/** A send that answers from a script: the codes of each call, in order. */
function scripted(script: readonly (readonly (Failure['code'] | undefined)[])[]) {
  const calls: (readonly string[])[] = []
  const retried: number[] = []
  const send = async (items: readonly string[]): Promise<readonly Outcome[]> => {
    const codes = script[Math.min(calls.length, script.length - 1)] ?? []
    calls.push(items)
    return items.map((_, index) => (codes[index] === undefined ? undefined : new Failure(codes[index], 'no')))
  }
  const options = { clock: () => 0, withinMs: 10_000, onRetry: (items: number) => void retried.push(items) }
  return { calls, retried, send: retrying(send, options) }
}

const codes = (outcomes: readonly Outcome[]) => outcomes.map((outcome) => outcome?.code)

describe('retrying', () => {
  it('sends again only what was unavailable', async () => {
    const { send, calls, retried } = scripted([[undefined, 'unavailable', 'invalid'], [undefined]])
    expect(codes(await send(['a', 'b', 'c']))).toEqual([undefined, undefined, 'invalid'])
    expect(calls).toEqual([['a', 'b', 'c'], ['b']])
    expect(retried).toEqual([1])
  })

  it('spends its budget on a step that stays away, and then asks once', async () => {
    const { send, calls } = scripted([['unavailable']])
    for (let round = 0; round < 4; round++) expect(codes(await send(['a']))).toEqual(['unavailable'])
    const before = calls.length
    await send(['a'])
    expect(calls.length).toBe(before + 1)
  })

  it('does not start a retry past its time', async () => {
    let calls = 0
    const send = retrying(
      async () => {
        calls++
        return [new Failure('unavailable', 'away')]
      },
      { clock: () => calls * 1000, withinMs: 500, onRetry: () => {} },
    )
    await send(['a'])
    expect(calls).toBe(1)
  })
})
