/**
 * The handshake of CloudEvents' web hooks (HTTP 1.1 Web Hooks for Event Delivery 1.0, section 4): before it delivers
 * anything, a sender asks by OPTIONS whether it may.
 */
import type { Context, Next } from 'hono'
import { headersOf } from '../http/headers.ts'

/** No bound of its own: who sends too much is answered 429. */
const ANY_RATE = '*'

/**
 * Answers a sender that may deliver; all others get what OPTIONS otherwise answers, which is no consent (section 4.2).
 *
 * @param origins DNS names of senders; `*` for all
 */
export function answerWebhook(origins: readonly string[]) {
  const allowed = new Set(origins.map((origin) => origin.toLowerCase()))
  return async (c: Context, next: Next): Promise<Response | undefined> => {
    const origin = headersOf(c)('webhook-request-origin')?.trim()
    if (origin === undefined || !(allowed.has('*') || allowed.has(origin.toLowerCase()))) {
      await next()
      return
    }
    const headers = {
      'WebHook-Allowed-Origin': origin,
      'WebHook-Allowed-Rate': ANY_RATE,
      Allow: 'POST, OPTIONS',
    }
    return c.body(null, 200, headers)
  }
}
