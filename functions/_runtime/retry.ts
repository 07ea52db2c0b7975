/**
 * Sends again what a step could not take, and nothing else: identities make that safe. A budget keeps retries from
 * multiplying the load on a step that is already failing (as gRPC's retry throttling does, gRFC A6): each failed send
 * costs a token, each good one earns a tenth, and there is no retry while fewer than half are left.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock, Outcome, Sink } from '../_core/ports.ts'

const TOKENS = 10
const EARNED = 0.1
const ATTEMPTS = 4
const FIRST_DELAY_MS = 50

export interface RetryOptions {
  readonly clock: Clock
  /** No retry starts later than this after the first send, in milliseconds. */
  readonly withinMs: number
  readonly onRetry: (items: number) => void
}

export function retrying<T>(send: Sink<T>, { clock, withinMs, onRetry }: RetryOptions): Sink<T> {
  let tokens = TOKENS
  return async (items) => {
    const start = clock()
    const outcomes: Outcome[] = [...(await send(items))]
    for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
      const again = [...outcomes.keys()].filter((index) => outcomes[index]?.code === 'unavailable')
      tokens = again.length === 0 ? Math.min(TOKENS, tokens + EARNED) : Math.max(0, tokens - 1)
      const wait = FIRST_DELAY_MS * 2 ** attempt * (0.5 + Math.random() / 2)
      if (again.length === 0 || tokens < TOKENS / 2 || clock() - start + wait > withinMs) break
      await delay(wait)
      onRetry(again.length)
      const retried = await send(items.filter((_, index) => outcomes[index]?.code === 'unavailable'))
      for (const [position, index] of again.entries()) outcomes[index] = retried[position]
    }
    return outcomes
  }
}
