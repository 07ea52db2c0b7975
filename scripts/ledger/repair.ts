/**
 * Counts again what Valkey lost: with its append-only file flushed once a second, a crash can cost the last second of
 * effects, though their records are committed. Each event from the last checkpoint on is looked up, and a record with one
 * that is not marked is delivered again, as the source does it; the identities of the others make that safe.
 */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Generations } from '../../functions/_core/epoch.ts'
import type { DedupeKey } from '../../functions/_core/keys.ts'
import { attempts } from '../kafka-source/deliver.ts'
import { cloudEventOf } from '../kafka-source/event.ts'
import { httpEventOf } from '../kafka-source/http.ts'
import { originOf } from '../kafka-source/origin.ts'
import { createPoster, type Post } from '../kafka-source/post.ts'
import { classify, type RetryPolicy } from '../kafka-source/retry.ts'
import { newStats, type Stats } from '../kafka-source/stats.ts'
import type { Offsets } from '../lib/kafka/offsets.ts'
import { readLog } from '../lib/kafka/read.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { countedStates, DedupeKeySet } from './dedupe-keys.ts'
import { dedupeKeysOf } from './read-record.ts'

export interface RepairOptions {
  readonly kafka: Kafka
  readonly valkey: Redis
  readonly prefix: string
  readonly generations: Generations
  /** The aggregator's. */
  readonly sinkUrl: string
  readonly ranges: readonly RepairRange[]
  /** What is in one partition of these is delivered one after the other. */
  readonly orderedTopics: ReadonlySet<string>
  readonly say: (line: string) => void
}

export interface RepairRange {
  readonly topic: string
  readonly from: Offsets
  readonly to: Offsets
}

/** In events. */
export interface Repaired {
  readonly looked: number
  readonly repaired: number
}

const IN_FLIGHT = 50
const TIMEOUT_MS = 10_000
/** The nth retry waits 200 ms × 2^n: about half a minute for an aggregator that is away. */
const POLICY = { retry: 6, backoffPolicy: 'exponential', backoffDelayMs: 200 } as const
const SAY_EVERY_EVENTS = 100_000

/** @throws when a record can be neither delivered nor refused */
export async function repair(options: RepairOptions): Promise<Repaired> {
  const { kafka, sinkUrl, ranges, say } = options
  const poster = createPoster({ url: sinkUrl, connections: IN_FLIGHT, timeoutMs: TIMEOUT_MS })
  const delivery = { post: poster.post, policy: POLICY, stats: newStats() }
  let looked = 0
  let repaired = 0
  try {
    for (const range of ranges) {
      for await (const records of readLog(kafka, range)) {
        const lost = await lostOf(records, options)
        const seen = looked + lost.looked
        if (Math.floor(seen / SAY_EVERY_EVENTS) > Math.floor(looked / SAY_EVERY_EVENTS)) {
          say(`Looking for lost events: ${seen} so far`)
        }
        looked = seen
        await deliverAll(lost.records, delivery, options.orderedTopics.has(range.topic))
        repaired += lost.dedupeKeys.length - (await uncounted(lost.dedupeKeys, options)).length
      }
    }
  } finally {
    await poster.close()
  }
  return { looked, repaired }
}

interface Lost {
  readonly looked: number
  readonly records: readonly ConsumedRecord[]
  readonly dedupeKeys: readonly DedupeKey[]
}

async function lostOf(records: readonly ConsumedRecord[], options: RepairOptions): Promise<Lost> {
  const held = records.map((record) => ({ record, dedupeKeys: dedupeKeysOf(record, options) }))
  const all = held.flatMap(({ dedupeKeys }) => dedupeKeys)
  const missing = new Set(await uncounted(all, options))
  const identities = new DedupeKeySet()
  return {
    looked: all.length,
    records: held.flatMap(({ record, dedupeKeys }) =>
      dedupeKeys.some((dedupeKey) => missing.has(dedupeKey)) ? [record] : [],
    ),
    dedupeKeys: [...missing].filter((dedupeKey) => identities.add(dedupeKey)),
  }
}

async function uncounted(
  dedupeKeys: readonly DedupeKey[],
  { valkey }: Pick<RepairOptions, 'valkey'>,
): Promise<readonly DedupeKey[]> {
  const states = await countedStates(valkey, dedupeKeys, undefined)
  return dedupeKeys.filter((_, index) => states[index] === 'no')
}

interface Delivery {
  readonly post: Post
  readonly policy: RetryPolicy
  readonly stats: Stats
}

async function deliverAll(
  records: readonly ConsumedRecord[],
  delivery: Delivery,
  isOrdered: boolean,
): Promise<void> {
  if (isOrdered) {
    const partitions = Map.groupBy(records, ({ partition }) => partition)
    const inTurn = async (own: readonly ConsumedRecord[]): Promise<void> => {
      for (const record of own) await deliverAgain(record, delivery)
    }
    await Promise.all(Array.from(partitions.values(), inTurn))
    return
  }
  for (let start = 0; start < records.length; start += IN_FLIGHT) {
    await Promise.all(records.slice(start, start + IN_FLIGHT).map((record) => deliverAgain(record, delivery)))
  }
}

/**
 * What is refused lies with the dead letters since it was first delivered, and what no request can carry was lost then,
 * aloud; anything else must not be given up.
 */
async function deliverAgain(record: ConsumedRecord, { post, ...how }: Delivery): Promise<void> {
  const origin = originOf(record.topic)
  const request = httpEventOf(cloudEventOf(record, origin), origin.namespace)
  if (request.unwritable !== undefined) return
  const answer = await attempts(post, request, how, new AbortController().signal)
  if (classify(answer?.status) === 'retry') {
    throw new Error('the aggregator did not take a record that Valkey has lost')
  }
}
