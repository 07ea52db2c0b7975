/** Statistics of measurements: quantiles, and bootstrap intervals from a seed, so that a report can be made again. */

/** Of a figure over rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** An estimate with its 95 % interval. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
}

/** A number from 0 to below 1, the next one at each call. */
export type Random = () => number

const RESAMPLES = 2_000
const LOW_SHARE = 0.025
const HIGH_SHARE = 0.975

/**
 * Linear between the closest ranks: definition 7 of Hyndman & Fan, "Sample Quantiles in Statistical Packages" (1996).
 *
 * @param share from 0 to 1
 * @returns NaN when there are no values
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  // Of a typed array, which sorts numbers several times as fast as a comparison does: reports take thousands of medians.
  const sorted = new Float64Array(values).sort()
  const rank = (sorted.length - 1) * share
  const below = sorted[Math.floor(rank)] ?? Number.NaN
  const above = sorted[Math.ceil(rank)] ?? Number.NaN
  return below + (above - below) * (rank - Math.floor(rank))
}

export const median = (values: ArrayLike<number>): number => quantile(values, 0.5)

export const spread = (values: readonly number[]): Spread => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
})

/**
 * The median with its percentile bootstrap interval: Efron & Tibshirani, "An Introduction to the Bootstrap" (1993),
 * chapter 13. It assumes nothing of how the values are distributed, which for times and costs is never normal.
 */
export function medianInterval(values: readonly number[], random: Random): Interval {
  const medians = Array.from({ length: RESAMPLES }, () => median(resampled(values, random)))
  return {
    estimate: median(values),
    low: quantile(medians, LOW_SHARE),
    high: quantile(medians, HIGH_SHARE),
  }
}

const resampled = (values: readonly number[], random: Random): Float64Array =>
  new Float64Array(values.length).map(() => values[Math.floor(random() * values.length)] ?? Number.NaN)

/**
 * The same numbers for the same seed, wherever it runs: mulberry32, a public-domain generator of Tommy Ettinger. Good
 * enough for resampling and loads, not for secrets.
 *
 * @param seed its low 32 bits count
 */
export function randomFrom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
