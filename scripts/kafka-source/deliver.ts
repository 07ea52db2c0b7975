/**
 * One record's way: `sending` → `delivered`, or → `waiting` (the answer may change) → `sending` again, or → `dead
 * letter` (refused, or retries ran out). `stop` ends a wait at once and leaves the record to be delivered again later.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { deadLetterOf, type SendDeadLetter } from './dead-letter.ts'
import { cloudEventOf, type Origin } from './event.ts'
import { httpEventOf } from './http.ts'
import type { Post } from './post.ts'
import { classify, type RetryPolicy, waitMs } from './retry.ts'
import type { Stats } from './stats.ts'

export interface DeliveryOptions {
  readonly post: Post
  readonly sendDeadLetter: SendDeadLetter
  /** The sink's URL, for dead letters. */
  readonly destination: string
  readonly deadLetterTopicOf: (topic: string) => string
  readonly origin: Origin
  readonly policy: RetryPolicy
  readonly stats: Stats
  readonly onRetry?: () => void
  /** A record became a dead letter although its last answer might have changed. */
  readonly onRetriesExhausted?: () => void
}

/** True: done with, and may be committed. It never rejects. */
export type Deliver = (record: ConsumedRecord, stop: AbortSignal) => Promise<boolean>

export function deliverWith(options: DeliveryOptions): Deliver {
  const { post, sendDeadLetter, destination, deadLetterTopicOf, origin, policy, stats } = options
  const { onRetry, onRetriesExhausted } = options
  return async (record, stop) => {
    const event = cloudEventOf(record, origin)
    const request = httpEventOf(event, origin.namespace)
    for (let attempt = 1; ; attempt++) {
      const answer = await post(request)
      const outcome = classify(answer.status)
      if (outcome === 'delivered') {
        stats.delivered++
        return true
      }
      stats.lastProblem = answer.problem ?? `status ${answer.status}`
      if (outcome === 'refused' || attempt > policy.retry) {
        const deadLetter = deadLetterOf(event, record, destination, answer)
        const buried = await sendDeadLetter(deadLetterTopicOf(record.topic), deadLetter, stop)
        if (!buried) return false
        stats.deadLettered++
        if (outcome === 'retry') onRetriesExhausted?.()
        return true
      }
      await delay(waitMs(policy, attempt), undefined, { signal: stop }).catch(() => {})
      if (stop.aborted) return false
      stats.retries++
      onRetry?.()
    }
  }
}
