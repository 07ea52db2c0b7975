/**
 * Sends again what a step could not take, and nothing else: identities make that safe. A budget keeps retries from
 * multiplying the load on a step that is already failing (as gRPC's retry throttling does, gRFC A6): each failed send
 * costs a token, each good one earns a tenth, and there is no retry while fewer than half are left.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, Outcome, Sink } from '../../_core/ports.ts'
import { outcomesOf } from './outcomes.ts'

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
