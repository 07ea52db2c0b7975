/**
 * When an event may say that it happened: one dated years ahead would be the newest of its history for ever. An endpoint
 * refuses such a time; in the log it is too late for that, so there it counts as of when it was read.
 */
import { Failure } from './errors.ts'
import { EVENT_FUTURE_MS } from './limits.ts'
import type { Clock } from './ports.ts'
import { msOf, timestampOf } from './time.ts'

/**
 * The time of an event that says this one, or none.
 *
 * @param field names it in errors; by default the CloudEvents attribute
 */
export type TimeOf = (said: string | undefined, field?: string) => string

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** The returned function throws a Failure `invalid` for a time outside the window. */
export function endpointTimes(clock: Clock, pastDays: number): TimeOf {
  const detail = `must be at most ${pastDays} days ago and ${EVENT_FUTURE_MS / MINUTE_MS} minutes ahead`
  return (said, field = 'time') => {
    const now = clock()
    if (said === undefined) return timestampOf(now)
    const ms = msOf(said)
    if (ms <= now + EVENT_FUTURE_MS && ms >= now - pastDays * DAY_MS) return said
    throw new Failure('invalid', `${field} ${detail}`, [{ field, detail }])
  }
}

/** Times that are long past stay: they are no newest, and no series keeps them. */
export const logTimes =
  (clock: Clock): TimeOf =>
  (said) => {
    const now = clock()
    return said === undefined || isAhead(said, now) ? timestampOf(now) : said
  }

/** Whether a time in the log is replaced by that of its record. */
export const isAhead = (time: string, nowMs: number): boolean => msOf(time) > nowMs + EVENT_FUTURE_MS
