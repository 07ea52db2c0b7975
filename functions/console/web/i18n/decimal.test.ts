import { describe, expect, it } from 'vitest'
import { averageOf, sumOfDecimals } from './decimal.ts'

describe('decimals', () => {
  const sums: [string[], string][] = [
    [[], '0'],
    [['1', '2'], '3'],
    [['0.10', '0.20'], '0.30'],
    [['90071992547409.93', '0.01'], '90071992547409.94'],
    [['2147483647000000000.00', '0.05'], '2147483647000000000.05'],
    [['1', '0.05'], '1.05'],
  ]
  it.each(sums)('the sum of %o is %s', (texts, sum) => {
    expect(sumOfDecimals(texts)).toBe(sum)
  })

  const averages: [string, number, string][] = [
    ['10.00', 4, '2.50'],
    ['10', 3, '3.33'],
    ['20', 3, '6.67'],
    ['0.01', 2, '0.01'],
    ['0.03', 4, '0.01'],
    ['0', 5, '0.00'],
  ]
  it.each(averages)('%s by %i is %s', (sum, by, average) => {
    expect(averageOf(sum, by)).toBe(average)
  })
})
