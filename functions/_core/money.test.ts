import { expect, it } from 'vitest'
import { centsOf, decimalOf } from './money.ts'

it.each([
  [0, 0],
  [0.004, 0],
  [0.005, 1],
  [1.005, 101],
  [1.004999, 100],
  [8.345, 835],
  [19.999, 2000],
  [1.1, 110],
  [1e-7, 0],
  [123456789.125, 12345678913],
  [999999999.995, 100000000000],
  [1e9, 100000000000],
])('%d is %i cents, half up', (price, cents) => {
  expect(centsOf(price)).toBe(cents)
})

it('is exact for prices of whole cents', () => {
  const wrong: number[] = []
  for (let cents = 0; cents <= 1e11; cents += 1_234_567) if (centsOf(cents / 100) !== cents) wrong.push(cents)
  expect(wrong).toEqual([])
})

it.each([
  [0, '0.00'],
  [5, '0.05'],
  [40, '0.40'],
  [4050, '40.50'],
  [10n ** 20n, '1000000000000000000.00'],
])('%s cents are %s', (cents, text) => {
  expect(decimalOf(cents)).toBe(text)
})
