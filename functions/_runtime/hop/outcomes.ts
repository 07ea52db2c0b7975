/** A step may fail as a whole, answer nonsense, or not at all: here each item gets an outcome nevertheless. */
import { asFailure, Failure } from '../../_core/errors.ts'
import type { Outcome, Sink } from '../../_core/ports.ts'

/**
 * Sends `items` and answers one outcome for each, in order; it never rejects.
 *
 * @param withinMs after this time they are `unavailable`: what the step still does with them, it does unheard, and their
 *   identities keep that harmless
 */
export async function outcomesOf<T>(
  send: Sink<T>,
  items: readonly T[],
  withinMs = Number.POSITIVE_INFINITY,
): Promise<readonly Outcome[]> {
  try {
    const outcomes = await within(withinMs, send(items))
    if (outcomes.length === items.length) return outcomes
    throw new Error(`a send of ${items.length} items answered ${outcomes.length} outcomes`)
  } catch (error) {
    const failure = asFailure(error, 'unavailable')
    return items.map(() => failure)
  }
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY) return work
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Failure('unavailable', `the next step did not answer in ${ms} ms`))
    const timer = setTimeout(late, ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
