/**
 * Times as RFC 3339 texts (CloudEvents 1.0 section 3.1.2). Events that follow each other mostly have the millisecond in
 * common: without remembering, times are a tenth of a function's own work.
 */
import { remembering } from './remembering.ts'

const RFC3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Whether a text is a Timestamp. */
export const isTimestamp: (text: string) => boolean = remembering(
  (text) => RFC3339.test(text) && !Number.isNaN(Date.parse(text)),
)

/** Milliseconds since the epoch, NaN for what is no time. */
export const msOf: (timestamp: string) => number = remembering(Date.parse)

/** @param ms since the epoch */
export const timestampOf: (ms: number) => string = remembering((ms) => new Date(ms).toISOString())
