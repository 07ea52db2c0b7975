/**
 * One record's way: `sending` → `delivered`, or → `waiting` (the answer may change) → `sending` again, or → `dead
 * letter` (refused, or retries ran out). `stop` ends a wait at once and leaves the record to be delivered again later.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { LogRecord } from '../_log/record.ts'
import { type BuryDeadLetter, deadLetterOf } from './deadletter.ts'
import { cloudEventOf, type Origin } from './event.ts'
import { httpEventOf } from './http.ts'
import type { Post } from './post.ts'
import { type RetryPolicy, verdictOf, waitMs } from './retry.ts'
import type { Stats } from './stats.ts'

export interface DeliveryOptions {
  readonly post: Post
  readonly bury: BuryDeadLetter
  /** The sink's URL, for dead letters. */
  readonly destination: string
  readonly deadLetterTopicOf: (topic: string) => string
  readonly origin: Origin
  readonly policy: RetryPolicy
  readonly stats: Stats
}

/** True: done with, and may be committed. It never rejects. */
export type Deliver = (record: LogRecord, stop: AbortSignal) => Promise<boolean>

export function deliverWith(options: DeliveryOptions): Deliver {
  const { post, bury, destination, deadLetterTopicOf, origin, policy, stats } = options
  return async (record, stop) => {
    const event = cloudEventOf(record, origin)
    const request = httpEventOf(event, origin.namespace)
    for (let attempt = 1; ; attempt++) {
      const answer = await post(request)
      const verdict = verdictOf(answer.status)
      if (verdict === 'delivered') {
        stats.delivered++
        return true
      }
      stats.lastProblem = answer.problem ?? `status ${answer.status}`
      if (verdict === 'refused' || attempt > policy.retry) {
        const letter = deadLetterOf(event, record, destination, answer)
        const buried = await bury(deadLetterTopicOf(record.topic), letter, stop)
        if (buried) stats.deadLettered++
        return buried
      }
      await delay(waitMs(policy, attempt), undefined, { signal: stop }).catch(() => {})
      if (stop.aborted) return false
      stats.retries++
    }
  }
}
