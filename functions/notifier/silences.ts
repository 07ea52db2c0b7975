/**
 * Whom the mail server just did not answer about. A reader's mails that it said nothing to are put off for a while without
 * asking again; once it is silent about two readers and nothing was heard between, it is the server that is away, and all
 * are. So neither a server that is away nor one that hangs at a single reader (a tarpit, a slow relay) holds up others.
 */
import type { Clock } from '../_core/ports.ts'

/** Readers: one alone may be the reader's own fault. */
const AWAY_READERS = 2

export interface Silences {
  /** Whether asking would only mean waiting. */
  isExpected(reader: string): boolean
  /** It did not answer, or was not there. */
  silent(reader: string): void
  /** It answered, whatever it said. */
  heard(reader: string): void
}

/** @param awayMs how long one who was silent is not asked */
export function silences(clock: Clock, awayMs: number): Silences {
  const untilMs = new Map<string, number>()
  const since = new Set<string>()
  let awayUntilMs = 0
  return {
    isExpected: (reader) => clock() < Math.max(awayUntilMs, untilMs.get(reader) ?? 0),
    silent: (reader) => {
      const nowMs = clock()
      for (const [one, until] of untilMs) if (until <= nowMs) untilMs.delete(one)
      untilMs.set(reader, nowMs + awayMs)
      if (since.size < AWAY_READERS) since.add(reader)
      if (since.size >= AWAY_READERS) awayUntilMs = nowMs + awayMs
    },
    heard: (reader) => {
      untilMs.delete(reader)
      since.clear()
      awayUntilMs = 0
    },
  }
}
