import { describe, expect, it } from 'vitest'
import { ByteBudget, type Hold, type Refused } from './byte-budget.ts'
import { LONG_BODIES_SHARE, SINGLE_BODY_BYTES } from './limits.ts'

const LIMIT = 4 * SINGLE_BODY_BYTES

function budget() {
  const reasons: Refused[] = []
  const given: string[] = []
  const bodies = new ByteBudget({ limitBytes: LIMIT, onRefused: (reason) => reasons.push(reason) })
  const open = (name: string): Hold => bodies.open(({ code }) => given.push(`${name} ${code}`))
  return { bodies, open, given, reasons }
}

describe('when there is no room', () => {
  it('the one that has sent nothing for longest gives way', () => {
    const { bodies, open, given, reasons } = budget()
    const [a, b, c] = ['a', 'b', 'c'].map(open) as [Hold, Hold, Hold]
    for (const hold of [a, b, c]) hold.take(SINGLE_BODY_BYTES)
    a.take(0)
    expect(open('d').take(SINGLE_BODY_BYTES)).toBe(true)
    expect(open('e').take(1)).toBe(true)
    expect(given).toEqual(['b busy'])
    expect([a.refusal, b.refusal?.code, c.refusal]).toEqual([undefined, 'busy', undefined])
    expect(bodies.bytes).toBe(3 * SINGLE_BODY_BYTES + 1)
    expect(reasons).toEqual(['full'])
  })

  it('a body that is whole does not give way, the asker is refused', () => {
    const { bodies, open, given } = budget()
    for (let body = 0; body < 4; body++) {
      const hold = open('whole')
      hold.take(SINGLE_BODY_BYTES)
      hold.whole()
    }
    const late = open('late')
    expect([late.take(1), late.take(1), late.refusal?.code]).toEqual([false, false, 'busy'])
    expect([given, bodies.bytes]).toEqual([['late busy'], LIMIT])
  })

  it('nobody gives way for one that would not have room then either', () => {
    const { open, given } = budget()
    const whole = open('whole')
    whole.take(SINGLE_BODY_BYTES)
    whole.take(SINGLE_BODY_BYTES)
    whole.whole()
    open('arriving').take(SINGLE_BODY_BYTES)
    const long = open('long')
    expect(long.take(SINGLE_BODY_BYTES)).toBe(true)
    expect(long.take(SINGLE_BODY_BYTES)).toBe(false)
    expect(given).toEqual(['long busy'])
  })

  it('long bodies have a part only, single events all', () => {
    const { open, given } = budget()
    const long = open('long')
    expect(long.take(LIMIT * LONG_BODIES_SHARE)).toBe(true)
    expect(open('another').take(SINGLE_BODY_BYTES + 1)).toBe(true)
    expect(given).toEqual(['long busy'])
    const other = open('whole')
    other.take(LIMIT * LONG_BODIES_SHARE)
    other.whole()
    expect(open('short').take(SINGLE_BODY_BYTES)).toBe(true)
    expect(open('long').take(SINGLE_BODY_BYTES + 1)).toBe(false)
  })
})

it('what is freed, also twice or after it gave way, is room again', () => {
  const { bodies, open } = budget()
  const hold = open('a')
  hold.take(100)
  hold.whole()
  hold.free()
  hold.free()
  const late = open('b')
  late.take(50)
  late.giveUp('slow')
  late.free()
  expect([bodies.bytes, late.refusal?.code, late.take(1)]).toEqual([0, 'tooSlow', false])
})
