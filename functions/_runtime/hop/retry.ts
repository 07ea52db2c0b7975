/**
 * Sends again what a step could not take, and nothing else: identities make that safe. A budget keeps retries from
 * multiplying the load on a step that is already failing (as gRPC's retry throttling does, gRFC A6): each failed send
 * costs a token, each good one earns a tenth, and there is no retry while fewer than half are left.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { asFailure, Failure } from '../../_core/errors.ts'
import type { Clock, Outcome, Sink } from '../../_core/ports.ts'

const TOKENS = 10
const EARNED = 0.1
const FIRST_DELAY_MS = 50

export interface RetryOptions {
  readonly clock: Clock
  /** Sends in all; 1 never sends again. */
  readonly attempts: number
  /** What all attempts may take together, in milliseconds. None starts in the second half: it would only be cut off. */
  readonly withinMs: number
  readonly onRetry: (items: number) => void
}

/** It never rejects. */
export function retrying<T>(send: Sink<T>, { clock, attempts, withinMs, onRetry }: RetryOptions): Sink<T> {
  let tokens = TOKENS
  return async (items) => {
    const start = clock()
    const outcomes: Outcome[] = [...(await outcomesOf(send, items, withinMs))]
    for (let attempt = 1; attempt < attempts; attempt++) {
      const again = [...outcomes.keys()].filter((index) => outcomes[index]?.code === 'unavailable')
      tokens = again.length === 0 ? Math.min(TOKENS, tokens + EARNED) : Math.max(0, tokens - 1)
      const wait = FIRST_DELAY_MS * 2 ** attempt * (0.5 + Math.random() / 2)
      if (again.length === 0 || tokens < TOKENS / 2 || clock() - start + wait > withinMs / 2) break
      await delay(wait)
      onRetry(again.length)
      const open = items.filter((_, index) => outcomes[index]?.code === 'unavailable')
      const retried = await outcomesOf(send, open, withinMs - (clock() - start))
      for (const [position, index] of again.entries()) {
        // Busy says that nothing was stored, which is true of this attempt only.
        if (retried[position]?.code !== 'busy') outcomes[index] = retried[position]
      }
    }
    return outcomes
  }
}

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
