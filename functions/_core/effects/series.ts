/** Counts events by time. */
import { memoizeLast } from '../memoize.ts'
import { hashes } from './hashes.ts'
import { type Operation, step } from './operation.ts'
import { addTo, hashOf, type Sums, sumsOf } from './sums.ts'

/**
 * Hashes of events by time: `<key>:<first second>`, field = epoch second of the bucket, forgotten `keepSeconds` after the
 * last change. Events older than that are not in it, so whatever times events have, there are only so many buckets.
 */
export interface Series {
  readonly op: 'series'
  readonly key: string
  readonly bucketSeconds: number
  readonly spanSeconds: number
  readonly keepSeconds: number
}

export const series: Operation<Series, Sums> = {
  sections: [hashes],
  byTime: true,
  expires: true,
  needs: () => ({}),
  compile({ bucketSeconds, spanSeconds, keepSeconds }, { key }) {
    const keyOfSpan = memoizeLast((span: number) => `${key}:${span}`)
    return step(hashes, ({ ms, countedMs }, changes) => {
      if (ms < countedMs - keepSeconds * 1000) return
      changes.add(keyOfSpan(startOf(ms, spanSeconds)), startOf(ms, bucketSeconds), 1, false, keepSeconds)
    })
  },
  shape: () => 'hash',
  keys: ({ key }) => ({ under: key }),
  isPast: ({ keepSeconds }, key, nowMs) =>
    Number(key.slice(key.lastIndexOf(':') + 1)) < nowMs / 1000 - keepSeconds,
  model: {
    key: ({ key, spanSeconds }, { ms }) => `${key}:${startOf(ms, spanSeconds)}`,
    add: (held, { bucketSeconds }, { ms }) => addTo(held, String(startOf(ms, bucketSeconds)), 1n),
    contents: (held, _effect, key) => [[key, hashOf(held)]],
    load: sumsOf,
  },
}

/** The epoch second at which the bucket of `seconds` that holds `ms` starts. */
const startOf = (ms: number, seconds: number): number => Math.floor(ms / 1000 / seconds) * seconds
