/** A stretch that was asked for once, kept up to date by the short ones of each frame. */
import type { SeriesNow } from '../../../api.ts'

export interface Stretch {
  /** Epoch seconds at which each bucket starts. */
  readonly times: readonly number[]
  readonly counts: readonly (number | null)[]
}

/**
 * @param live of the same buckets, newer; undefined where time stands still
 * @param points the newest so many buckets; the last of all is not over, and is left out
 */
export function stretchOf(
  asked: SeriesNow | undefined,
  live: SeriesNow | undefined,
  points: number,
): Stretch {
  const counts = new Map<number, number>()
  for (const series of [asked, live]) {
    series?.counts.forEach((count, index) => {
      counts.set(series.startMs / 1000 + index * series.bucketSeconds, count)
    })
  }
  const { bucketSeconds } = live ?? asked ?? { bucketSeconds: 1 }
  const last = Math.max(...counts.keys()) - bucketSeconds
  if (!Number.isFinite(last)) return { times: [], counts: [] }
  const times = Array.from({ length: points }, (_, index) => last - (points - 1 - index) * bucketSeconds)
  return { times, counts: times.map((time) => counts.get(time) ?? null) }
}
