/** Waits for a condition by asking again and again. */
import { setTimeout as pause } from 'node:timers/promises'

/** Between two looks, in milliseconds. */
const POLL_MS = 50

/**
 * The first answer that is not undefined or false.
 * @returns undefined when `deadlineMs` passed without one
 */
export async function until<T>(
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  deadlineMs: number,
  pollMs = POLL_MS,
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() >= end) return undefined
    await pause(pollMs)
  }
}
