/**
 * The KafkaSource consumer: reads, hands on, commits.
 *
 * States: `joining` (connecting, or Kafka is away; tried for ever) → `running` → `stopping` (takes nothing new, waits
 * for what is in flight, commits, leaves the group). A rebalance sends it from `running` back to what is committed.
 *
 * `unordered` polls as KafkaSource does: up to `maxPollRecords` at a time whenever fewer than that are in flight, so
 * that 50 to 99 are. `ordered` has one in flight for each partition. Nothing is fetched while there is no room, and a
 * waiting consumer keeps its membership by heartbeats.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { Logger, Readiness } from '../../functions/_core/ports.ts'
import { readEveryCompression } from '../lib/kafka/codecs.ts'
import { logRecord } from '../lib/kafka/record.ts'
import type { Deliver } from './deliver.ts'
import { Gate } from './gate.ts'
import { Positions } from './positions.ts'
import type { Stats } from './stats.ts'
import type { CommitTracker } from './tracker.ts'

export interface ConsumerOptions {
  readonly kafka: Kafka
  readonly topic: string
  readonly groupId: string
  readonly ordering: 'ordered' | 'unordered'
  readonly maxPollRecords: number
  readonly commitIntervalMs: number
  readonly deliver: Deliver
  readonly stats: Stats
  readonly log: Logger
}

export interface LogConsumer {
  readonly readiness: Readiness
  readonly inFlight: () => number
  close(): Promise<void>
}

/** The shortest a broker allows unless told otherwise: after a crash the group waits this long for the dead member. */
const SESSION_TIMEOUT_MS = 6_000
const HEARTBEAT_MS = 1_500
/** How long a fetch of nothing stays open at the broker; a record ends it at once. */
const FETCH_WAIT_MS = 500
/** About 500 records: a backlog is decoded in steps that do not hold up the deliveries under way. */
const PARTITION_FETCH_BYTES = 128 * 1024
const ORDERED_PARTITIONS = 64
const RESTART_PAUSE_MS = 500
/** How long closing waits for what is in flight, and then for a Kafka that may be away: 10 s together. */
const DRAIN_MS = 7_000
const COMMIT_MS = 1_500
const LEAVE_MS = 1_000

export function startConsumer(options: ConsumerOptions): LogConsumer {
  const { kafka, topic, groupId, ordering, commitIntervalMs, log, stats } = options
  const gate = new Gate()
  const positions = new Positions()
  const stop = new AbortController()
  readEveryCompression()
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_TIMEOUT_MS,
    heartbeatInterval: HEARTBEAT_MS,
    minBytes: 1,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: PARTITION_FETCH_BYTES,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 10 },
  })
  let joined = false
  /** Why nothing can be read; until something was. */
  let problem: string | undefined
  consumer.on('consumer.fetch', () => {
    problem = undefined
  })
  consumer.on('consumer.group_join', ({ payload }) => {
    positions.keepOnly(payload.memberAssignment)
    joined = true
  })
  // kafkajs restarts itself after most failures; after the others nobody would read the log any more.
  consumer.on('consumer.crash', ({ payload }) => {
    joined = false
    problem = messageOf(payload.error)
    if (!payload.restart && !stop.signal.aborted) void delay(RESTART_PAUSE_MS).then(consume)
  })
  const eachBatch = readerOf(options, gate, positions, stop.signal)

  async function consume(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await consumer.connect()
        await consumer.subscribe({ topics: [topic], fromBeginning: true })
        await consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          partitionsConsumedConcurrently: ordering === 'ordered' ? ORDERED_PARTITIONS : 1,
          eachBatch,
        })
        return
      } catch (error) {
        problem = messageOf(error)
        log.warn({ err: error }, 'cannot read the log, trying again')
        await delay(RESTART_PAUSE_MS)
      }
    }
  }
  const consuming = consume()
  const committer = committing(consumer, positions, stats, log, commitIntervalMs)
  return {
    readiness: () => {
      if (problem !== undefined) return `cannot read ${topic}: ${problem}`
      return joined ? undefined : 'not a member of its consumer group yet'
    },
    inFlight: () => gate.inFlight,
    close: async () => {
      stop.abort()
      if (joined) consumer.pause([{ topic }])
      await atMost(DRAIN_MS, gate.below(1))
      await atMost(COMMIT_MS, committer.close())
      await atMost(
        LEAVE_MS,
        consuming.then(() => consumer.disconnect()),
      )
    },
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const atMost = (ms: number, event: Promise<unknown> | undefined): Promise<unknown> =>
  Promise.race([event, delay(ms, undefined, { ref: false })])

function readerOf(
  { ordering, maxPollRecords, deliver, stats }: ConsumerOptions,
  gate: Gate,
  positions: Positions,
  stop: AbortSignal,
) {
  const handOn = async (record: ReturnType<typeof logRecord>, tracker: CommitTracker): Promise<void> => {
    gate.enter()
    stats.taken++
    tracker.take(record.offset)
    if (await deliver(record, stop)) tracker.done(record.offset)
    gate.leave()
  }
  return async ({ batch, resolveOffset, heartbeat, isRunning, isStale }: EachBatchPayload): Promise<void> => {
    const { topic, partition, messages } = batch
    const first = messages[0]
    if (first === undefined) return
    const tracker = positions.trackerAt(topic, partition, Number(first.offset))
    const step = ordering === 'ordered' ? 1 : maxPollRecords
    for (let from = 0; from < messages.length; from += step) {
      // Sent when one is due: many short waits must not end the membership either.
      await heartbeat()
      await withHeartbeats(ordering === 'ordered' ? undefined : gate.below(maxPollRecords), heartbeat)
      if (stop.aborted || !isRunning() || isStale()) return
      const polled = messages.slice(from, from + step)
      const delivered = polled.map((message) => handOn(logRecord(topic, partition, message), tracker))
      if (ordering === 'ordered') await withHeartbeats(Promise.all(delivered), heartbeat)
      resolveOffset(polled.at(-1)?.offset ?? first.offset)
    }
  }
}

/** Waits for `event`, and keeps the membership of the group meanwhile. @throws when the group rebalances */
function withHeartbeats(
  event: Promise<unknown> | undefined,
  heartbeat: () => Promise<void>,
): Promise<unknown> {
  if (event === undefined) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => heartbeat().catch(reject), HEARTBEAT_MS)
    event.then(resolve, reject).finally(() => clearInterval(timer))
  })
}

/** Commits every `intervalMs` what became due, never two commits at a time, and once more at the end. */
function committing(consumer: Consumer, positions: Positions, stats: Stats, log: Logger, intervalMs: number) {
  let running: Promise<void> | undefined
  const commit = async (): Promise<void> => {
    const { offsets, committed } = positions.due()
    if (offsets.length === 0) return
    try {
      await consumer.commitOffsets(offsets)
      committed()
      stats.commits++
    } catch (error) {
      log.warn({ err: error }, 'cannot commit, trying again')
    }
  }
  const timer = setInterval(() => {
    running ??= commit().finally(() => {
      running = undefined
    })
  }, intervalMs)
  return {
    close: async (): Promise<void> => {
      clearInterval(timer)
      await running
      await commit()
    },
  }
}
