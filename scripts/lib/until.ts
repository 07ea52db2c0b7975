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

/**
 * The first answer that is no error.
 *
 * @param mayPass whether asking again can help; by default it always may
 * @throws the error that may not pass, or the last one when `deadlineMs` passed
 */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  deadlineMs: number,
  mayPass: (error: unknown) => boolean = () => true,
): Promise<T> {
  let problem: unknown
  const look = () =>
    ask().then(
      (value) => ({ value }),
      (error: unknown) => {
        if (!mayPass(error)) throw error
        problem = error
      },
    )
  const answer = await until(async () => (await look()) ?? undefined, deadlineMs)
  if (answer === undefined) throw problem
  return answer.value
}
