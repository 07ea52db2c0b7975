import { describe, expect, it } from 'vitest'
import { sales } from '../_core/domains/sales.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { idempotencySource } from '../_core/idempotency.ts'
import type { Outcome } from '../_core/ports.ts'
import { saleOf } from '../_testing/counter-suite.ts'
import { memorySink } from '../_testing/ports.ts'
import { refusingReusedKeys } from './recent-keys.ts'

const keyed = (key: string, precio: number): Event => ({
  ...saleOf(key, { precio }),
  source: idempotencySource(sales),
})
const codesOf = (outcomes: readonly Outcome[]) => outcomes.map((outcome) => outcome?.code)

function door(outcome?: (event: Event) => Outcome, remembered?: number) {
  const { submit, events } = memorySink(outcome)
  const refusing = refusingReusedKeys(submit, remembered)
  const send = async (...sent: readonly Event[]) => codesOf(await refusing(sent))
  return { send, events }
}

describe('keys at the publisher', () => {
  it('takes the same content again, and refuses other content, beside its neighbours', async () => {
    const { send, events } = door()
    expect(await send(keyed('k', 1), saleOf(1), keyed('l', 1))).toEqual([undefined, undefined, undefined])
    expect(await send(keyed('k', 2), keyed('k', 1), keyed('l', 1), saleOf(2))).toEqual([
      'keyReused',
      undefined,
      undefined,
      undefined,
    ])
    expect(events).toHaveLength(6)
  })

  it('tells apart what comes together, and at the same time', async () => {
    const { send } = door()
    expect(await send(keyed('k', 1), keyed('k', 2), keyed('k', 1))).toEqual([
      undefined,
      'keyReused',
      undefined,
    ])
    expect(await Promise.all([send(keyed('l', 1)), send(keyed('l', 2)), send(keyed('l', 1))])).toEqual([
      [undefined],
      ['keyReused'],
      [undefined],
    ])
  })

  it.each([
    ['busy', undefined],
    ['identity', undefined],
    ['unavailable', 'keyReused'],
    ['internal', 'keyReused'],
  ] as const)('after %s other content is %s', async (code, then) => {
    let failure: Failure | undefined = new Failure(code, 'no')
    const { send } = door(() => failure)
    expect(await send(keyed('k', 1))).toEqual([code])
    failure = undefined
    expect(await send(keyed('k', 2))).toEqual([then])
    expect(await send(keyed('k', then === undefined ? 2 : 1))).toEqual([undefined])
  })

  it('stays bound by a request that was stored, whatever became of another', async () => {
    const outcomes: Outcome[] = [new Failure('busy', 'no'), undefined]
    const { send } = door(() => outcomes.shift())
    expect(await Promise.all([send(keyed('k', 1)), send(keyed('k', 1))])).toEqual([['busy'], [undefined]])
    expect(await send(keyed('k', 2))).toEqual(['keyReused'])
  })

  it('remembers so many keys, those that came last', async () => {
    const { send } = door(undefined, 2)
    await send(keyed('a', 1), keyed('b', 1), keyed('a', 1), keyed('c', 1))
    expect(await send(keyed('a', 2), keyed('c', 2))).toEqual(['keyReused', 'keyReused'])
    expect(await send(keyed('b', 2))).toEqual([undefined])
  })
})
