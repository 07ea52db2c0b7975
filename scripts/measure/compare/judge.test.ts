import { expect, it } from 'vitest'
import { judge } from './judge.ts'

const interval = (low: number, estimate: number, high: number) => ({ low, estimate, high })

it.each([
  ['clearly less', interval(0.7, 0.75, 0.8), 0.05, 'less'],
  ['clearly more', interval(1.15, 1.2, 1.25), 0.05, 'more'],
  ['nothing at all', interval(0.98, 1, 1.02), 0.05, 'same'],
  ['an interval that has "none" in it', interval(0.9, 1.2, 1.5), 0.05, 'same'],
  ['less than the noise', interval(1.01, 1.04, 1.06), 0.05, 'same'],
  ['just the noise', interval(1.01, 1.05, 1.06), 0.05, 'same'],
  ['a little over the noise', interval(1.01, 1.06, 1.08), 0.05, 'more'],
  ['the noise the other way', interval(0.9, 0.96, 0.99), 0.05, 'same'],
  ['a fifth less than twice as noisy', interval(0.75, 0.8, 0.85), 0.3, 'same'],
  ['a fifth less is a quarter more the other way', interval(0.75, 0.8, 0.85), 0.24, 'less'],
  ['not measured', undefined, 0.05, 'void'],
  ['no noise floor', interval(0.7, 0.75, 0.8), undefined, 'void'],
])('%s: %j with a noise of %d is %s', (_, ratio, floor, expected) => {
  expect(judge(ratio, floor)).toBe(expected)
})
