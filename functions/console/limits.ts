/** Every bound of the console, with its unit. */

export const LIMITS = {
  /** Of one answer. */
  rankingItems: 100,
  events: 500,
  journeys: 100,
  deadLetters: 100,
  /** An hour of seconds, a day of minutes, or any stretch of this many. */
  seriesPoints: 3_600,
  /** Newest rows of one domain in one frame; the others are counted as skipped. */
  frameRows: 200,
  /** Rows of one domain that are in memory for watchers that come back. */
  keptRows: 1_000,
  /** Buckets of each series in a frame. */
  framePoints: 60,
  filterChars: 128,
} as const

/** Between two readings while somebody watches. */
export const TICK_MS = 1_000
/** Between two looks at the functions' metrics, which cost each of them a millisecond or two, and at Kafka's offsets. */
export const SCRAPE_MS = 2_000
export const POSITIONS_MS = 1_000
/** A figure older than this is stale. */
export const STALE_MS = 5_000
/** With nothing else to say, a comment shows that the stream lives. */
export const BEAT_MS = 10_000
/** What a browser waits before it comes back. */
export const RETRY_MS = 1_000
/** Of the form, all who use it together. */
export const SENDS_PER_SECOND = 10
export const WATCHERS = 1_000
/** A watcher that has not read for this long is cut off; it may come back where it was. */
export const STUCK_MS = 120_000
