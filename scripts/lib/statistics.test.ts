import { describe, expect, it } from 'vitest'
import { median, medianInterval, quantile, randomFrom, spread } from './statistics.ts'

describe('quantiles', () => {
  it.each([
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 0.25, 1.75],
    [[1, 2, 3, 4], 0.5, 2.5],
    [[4, 1, 3, 2], 0.9, 3.7],
    [[1, 2, 3, 4], 1, 4],
    [[7], 0.99, 7],
  ])('of %j at %d is %d', (values, share, expected) => {
    expect(quantile(values, share)).toBeCloseTo(expected, 12)
  })

  it('of nothing are no number', () => {
    expect(quantile([], 0.5)).toBeNaN()
  })

  it.each([
    [[3, 1, 2], { median: 2, min: 1, max: 3 }],
    [[1, 2, 9, 4], { median: 3, min: 1, max: 9 }],
  ])('of %j over rounds are %j', (values, expected) => {
    expect(spread(values)).toEqual(expected)
  })
})

describe('random numbers', () => {
  it('are the same for the same seed, and even', () => {
    const take = (seed: number) => Array.from({ length: 10_000 }, randomFrom(seed))
    expect(take(7)).toEqual(take(7))
    expect(take(7)).not.toEqual(take(8))
    expect(median(take(7))).toBeCloseTo(0.5, 1)
    expect(take(7).every((value) => value >= 0 && value < 1)).toBe(true)
  })
})

describe('intervals of a median', () => {
  it('of equal values is that value', () => {
    expect(medianInterval([5, 5, 5], randomFrom(1))).toEqual({ estimate: 5, low: 5, high: 5 })
  })

  /**
   * Of 7 values a resample's median is at most the smallest with P(Binomial(7, 1/7) ≥ 4) = 1.0 %, at most the second
   * with P(Binomial(7, 2/7) ≥ 4) = 9.9 %: so the interval is from the second to the sixth, whatever the values.
   */
  it.each([
    [[1, 2, 3, 4, 5, 6, 7], 2, 6],
    [[10, 200, 3000, 40_000, 500_000, 6e6, 7e7], 200, 6e6],
  ])('of 7 values %j is from the second to the sixth', (values, low, high) => {
    expect(medianInterval(values, randomFrom(3))).toEqual({ estimate: values[3], low, high })
  })

  it('covers the true median in about 95 of 100 experiments', () => {
    const random = randomFrom(11)
    const experiments = 200
    let covered = 0
    for (let experiment = 0; experiment < experiments; experiment++) {
      const { low, high } = medianInterval(
        Array.from({ length: 15 }, () => random() ** 2),
        random,
      )
      if (low <= 0.25 && 0.25 <= high) covered++
    }
    expect(covered / experiments).toBeGreaterThan(0.88)
    expect(covered / experiments).toBeLessThan(0.995)
  })
})
