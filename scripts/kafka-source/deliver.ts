/**
 * One record's way: `sending` → `delivered`, or → `waiting` (the answer may change) → `sending` again. What is refused, or
 * has spent its retries, goes to the dead letter sink by the same policy: → `dead letter`, or → `lost`, when there is
 * no such sink or it does not take it either. All four are committed. `stop` ends a wait at once and leaves the record
 * to be delivered again later.
 *
 * Source: eventing-kafka-broker, `RecordDispatcherImpl.onSubscriberFailure` and `onDeadLetterSinkFailure`.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../functions/_core/ports.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { type DeadLetterSink, withReason } from './dead-letter.ts'
import { type CloudEvent, cloudEventOf, type Origin } from './event.ts'
import { type HttpEvent, httpEventOf } from './http.ts'
import type { Answer, Post } from './post.ts'
import { classify, type RetryPolicy, waitMs } from './retry.ts'
import type { Stats } from './stats.ts'

export interface DeliveryOptions {
  readonly post: Post
  /** Undefined: a source without one. */
  readonly deadLetterSink: DeadLetterSink | undefined
  /** The sink's URL, for dead letters. */
  readonly destination: string
  readonly deadLetterTopicOf: (topic: string) => string
  readonly origin: Origin
  readonly policy: RetryPolicy
  readonly stats: Stats
  readonly log: Logger
  readonly onRetry?: () => void
  /** A record became a dead letter although its last answer might have changed. */
  readonly onRetriesExhausted?: () => void
  readonly onLost?: () => void
}

/** True: done with, and may be committed. It never rejects. */
export type Deliver = (record: ConsumedRecord, stop: AbortSignal) => Promise<boolean>

export function deliverWith(options: DeliveryOptions): Deliver {
  const { post, destination, origin, stats } = options
  return async (record, stop) => {
    const event = cloudEventOf(record, origin)
    const answer = await attempts(post, httpEventOf(event, origin.namespace), options, stop)
    if (isDelivered(answer)) {
      stats.delivered++
      return true
    }
    if (answer === undefined) return false
    return keepAsDeadLetter(withReason(event, destination, answer), record, answer, options, stop)
  }
}

const isDelivered = (answer: Answer | undefined): boolean =>
  answer !== undefined && classify(answer.status) === 'delivered'

/** Sends until an answer is final or the retries are spent. @returns the last answer; undefined when `stop` came first */
async function attempts(
  send: Post,
  request: HttpEvent,
  { policy, stats, onRetry }: Pick<DeliveryOptions, 'policy' | 'stats' | 'onRetry'>,
  stop: AbortSignal,
): Promise<Answer | undefined> {
  for (let attempt = 1; ; attempt++) {
    const answer = request.unwritable === undefined ? await send(request) : notSent(request.unwritable)
    const outcome = classify(answer.status)
    if (outcome === 'delivered') return answer
    stats.lastProblem = answer.problem ?? `status ${answer.status}`
    if (outcome === 'refused' || attempt > policy.retry) return answer
    // Each attempt to write it ends alike: the waits of half an hour would only put off what becomes of it.
    if (request.unwritable === undefined) {
      await delay(waitMs(policy, attempt), undefined, { signal: stop }).catch(() => {})
    }
    if (stop.aborted) return undefined
    stats.retries++
    onRetry?.()
  }
}

const notSent = (problem: string): Answer => ({ status: undefined, problem, body: Buffer.alloc(0) })

async function keepAsDeadLetter(
  event: CloudEvent,
  record: ConsumedRecord,
  refusal: Answer,
  options: DeliveryOptions,
  stop: AbortSignal,
): Promise<boolean> {
  const { deadLetterSink, deadLetterTopicOf, origin, stats, log, onRetriesExhausted, onLost } = options
  const { topic, partition, offset } = record
  const lost = (why: string): true => {
    const reason = refusal.problem ?? `the sink answered ${refusal.status}`
    stats.lost++
    onLost?.()
    stats.lastLost = `${topic}/${partition}@${offset}: ${reason}; ${why}`
    log.error({ topic, partition, offset, reason, why }, 'a record is lost, as it would be on a cluster')
    return true
  }
  if (deadLetterSink === undefined) return lost('there is no dead letter sink')
  const send: Post = (request) => deadLetterSink(request, deadLetterTopicOf(topic))
  const answer = await attempts(send, httpEventOf(event, origin.namespace), options, stop)
  if (answer === undefined) return false
  if (!isDelivered(answer)) {
    const why = answer.problem === refusal.problem ? 'the same' : (answer.problem ?? answer.status)
    return lost(`its dead letter could not be written: ${why}`)
  }
  stats.deadLettered++
  if (classify(refusal.status) === 'retry') onRetriesExhausted?.()
  return true
}
