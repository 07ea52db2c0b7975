import { expect, it } from 'vitest'
import type { SeriesNow } from '../../../api.ts'
import { stretchOf } from './merge-series.ts'

const series = (start: number, ...counts: number[]): SeriesNow => ({
  startMs: start * 1000,
  bucketSeconds: 1,
  counts,
})

const cases: [string, SeriesNow | undefined, SeriesNow | undefined, string][] = [
  ['nothing is known', undefined, undefined, ''],
  ['the bucket that is not over is left out', series(10, 1, 2, 3), undefined, '9: 10:1 11:2'],
  ['newer buckets come after', series(10, 1, 2, 3), series(12, 4, 5, 6), '11:2 12:4 13:5'],
  ['what lies between is not known', series(10, 1, 2), series(14, 5, 6), '12: 13: 14:5'],
]
it.each(cases)('%s', (_, asked, live, expected) => {
  const { times, counts } = stretchOf(asked, live, 3)
  expect(times.map((time, index) => `${time}:${counts[index] ?? ''}`).join(' ')).toBe(expected)
})
