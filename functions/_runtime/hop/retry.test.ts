import { describe, expect, it } from 'vitest'
import { Failure } from '../../_core/errors.ts'
import type { Outcome } from '../../_core/ports.ts'
import { retrying } from './retry.ts'

/** A send that answers from a script: the codes of each call, in order. */
function scripted(script: readonly (readonly (Failure['code'] | undefined)[] | Error)[]) {
  const calls: (readonly string[])[] = []
  const retried: number[] = []
  const send = async (items: readonly string[]): Promise<readonly Outcome[]> => {
    const codes = script[Math.min(calls.length, script.length - 1)] ?? []
    calls.push(items)
    if (codes instanceof Error) throw codes
    return items.map((_, index) => (codes[index] === undefined ? undefined : new Failure(codes[index], 'no')))
  }
  const options = {
    clock: () => 0,
    attempts: 4,
    withinMs: 10_000,
    onRetry: (items: number) => void retried.push(items),
  }
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

  it.each([
    ['a send that fails as a whole', [new Error('refused'), [undefined, 'invalid']], [undefined, 'invalid']],
    [
      'a retry that fails as a whole',
      [[undefined, 'unavailable'], new Error('reset')],
      [undefined, 'unavailable'],
    ],
    [
      'a retry that is refused as busy, for the first send may have been stored',
      [['unavailable'], ['busy']],
      ['unavailable'],
    ],
  ] as const)('sends again after %s', async (_, script, expected) => {
    const { send, calls } = scripted([...script])
    const items = expected.map((_outcome, index) => String(index))
    expect(codes(await send(items))).toEqual(expected)
    expect(calls.length).toBeGreaterThan(1)
  })

  it('gives up a send that does not end', async () => {
    const options = { clock: () => 0, attempts: 1, withinMs: 20, onRetry: () => {} }
    const send = retrying(() => new Promise<readonly Outcome[]>(() => {}), options)
    expect(codes(await send(['a', 'b']))).toEqual(['unavailable', 'unavailable'])
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
      { clock: () => calls * 1000, attempts: 4, withinMs: 1500, onRetry: () => {} },
    )
    await send(['a'])
    expect(calls).toBe(1)
  })
})
