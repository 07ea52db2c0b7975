/** Times in a state, from the histogram that the counter keeps: how many, how long on average, and quantiles. */
import { LAST_BOUND, TIME_BOUNDS_S } from './life.ts'

export interface TimeInState {
  readonly count: number
  readonly sumMs: number
  /** Counts up to each bound, each by itself; the last one has none. */
  readonly buckets: readonly { readonly upToS: number | null; readonly count: number }[]
}

/** @param held the hash of a state under `times`; see effects/transition-data.ts */
export const timeInState = (held: Readonly<Record<string, string>>): TimeInState => ({
  count: Number(held.cuenta ?? 0),
  sumMs: Number(held.suma_ms ?? 0),
  buckets: [...TIME_BOUNDS_S, null].map((upToS) => ({
    upToS,
    count: Number(held[String(upToS ?? LAST_BOUND)] ?? 0),
  })),
})

export const averageSeconds = ({ count, sumMs }: TimeInState): number | null =>
  count === 0 ? null : sumMs / count / 1_000

/**
 * As Prometheus' histogram_quantile does: evenly spread within a bucket, and never past the last bound.
 *
 * @param share from 0 to 1 @returns seconds; null when there are no times
 */
export function quantileSeconds({ count, buckets }: TimeInState, share: number): number | null {
  if (count === 0) return null
  const wanted = share * count
  let before = 0
  let fromS = 0
  for (const { upToS, count: here } of buckets) {
    if (before + here >= wanted || upToS === null) {
      if (upToS === null) return fromS
      return here === 0 ? upToS : fromS + ((upToS - fromS) * (wanted - before)) / here
    }
    before += here
    fromS = upToS
  }
  return fromS
}
