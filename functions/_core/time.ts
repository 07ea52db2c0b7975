/**
 * Times as RFC 3339 texts (CloudEvents 1.0 section 3.1.2). Events that follow each other mostly have the millisecond in
 * common: without remembering, times are a tenth of a function's own work.
 */
import { memoizeLast } from './memoize.ts'

const RFC3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:(?:0\d|1[0-7]):[0-5]\d|18:00))$/

/**
 * Whether a text is a Timestamp that a KafkaSource can read too: `java.time.OffsetDateTime` knows at most 9 decimals and
 * offsets up to 18 hours.
 */
export const isTimestamp: (text: string) => boolean = memoizeLast(
  (text) => RFC3339.test(text) && isDate(Number(text.slice(0, 4)), text.slice(5, 7), text.slice(8, 10)),
)

/** Date.parse takes 30 February for 2 March. */
const isDate = (year: number, month: string, day: string): boolean =>
  Number(day) <= new Date(Date.UTC(year, Number(month), 0)).getUTCDate()

/** Milliseconds since the epoch, NaN for an invalid time. */
export const msOf: (timestamp: string) => number = memoizeLast(Date.parse)

/** @param ms since the epoch */
export const timestampOf: (ms: number) => string = memoizeLast((ms) => new Date(ms).toISOString())
