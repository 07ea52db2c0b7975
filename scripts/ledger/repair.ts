/**
 * Counts again what Valkey lost: with its append-only file flushed once a second, a crash can cost the last second of
 * effects, though their records are committed. Each record from the last checkpoint on is looked up, and what is not
 * marked is delivered again, as the source does it; its identity makes that safe.
 */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { deliverWith } from '../kafka-source/deliver.ts'
import { createPoster } from '../kafka-source/post.ts'
import { classify } from '../kafka-source/retry.ts'
import { newStats } from '../kafka-source/stats.ts'
import type { Offsets } from '../lib/kafka/offsets.ts'
import { readLog } from '../lib/kafka/read.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { ORIGIN } from '../lib/topology.ts'
import { countedStates } from './dedupe-keys.ts'
import { dedupeKeyOfRecord } from './read-record.ts'

export interface RepairOptions {
  readonly kafka: Kafka
  readonly valkey: Redis
  readonly prefix: string
  /** The aggregator's. */
  readonly sinkUrl: string
  readonly ranges: readonly RepairRange[]
  readonly say: (line: string) => void
}

export interface RepairRange {
  readonly topic: string
  readonly from: Offsets
  readonly to: Offsets
}

export interface Repaired {
  readonly looked: number
  readonly repaired: number
}

const IN_FLIGHT = 50
const TIMEOUT_MS = 10_000
/** The nth retry waits 200 ms × 2^n: about half a minute for an aggregator that is away. */
const POLICY = { retry: 6, backoffPolicy: 'exponential', backoffDelayMs: 200 } as const
const SAY_EVERY_RECORDS = 100_000

/** @throws when a record can be neither delivered nor refused */
export async function repair(options: RepairOptions): Promise<Repaired> {
  const { kafka, sinkUrl, ranges, say } = options
  const poster = createPoster({ url: sinkUrl, connections: IN_FLIGHT, timeoutMs: TIMEOUT_MS })
  const stats = newStats()
  const deliver = deliverWith({
    post: poster.post,
    // What is refused lies with the dead letters since it was first delivered; anything else must not be given up.
    sendDeadLetter: async (_topic, { headers }) => wasRefused(headers?.ce_knativeerrorcode),
    destination: sinkUrl,
    deadLetterTopicOf: (topic) => topic,
    origin: ORIGIN,
    policy: POLICY,
    stats,
  })
  let looked = 0
  try {
    for (const range of ranges) {
      for await (const records of readLog(kafka, range)) {
        if (
          Math.floor((looked + records.length) / SAY_EVERY_RECORDS) > Math.floor(looked / SAY_EVERY_RECORDS)
        ) {
          say(`Looking for lost records: ${looked + records.length} so far`)
        }
        looked += records.length
        await deliverAll(await lostOf(records, options), deliver)
      }
    }
  } finally {
    await poster.close()
  }
  return { looked, repaired: stats.delivered }
}

/** @param code of the last answer; undefined when none came */
const wasRefused = (code: unknown): boolean =>
  classify(code === undefined ? undefined : Number(code)) === 'refused'

async function lostOf(
  records: readonly ConsumedRecord[],
  { valkey, prefix }: RepairOptions,
): Promise<ConsumedRecord[]> {
  const dedupeKeys = records.map((record) => dedupeKeyOfRecord(record, prefix))
  const counted = await countedStates(valkey, dedupeKeys, undefined)
  return records.filter((_, index) => counted[index] === 'no')
}

async function deliverAll(
  records: readonly ConsumedRecord[],
  deliver: ReturnType<typeof deliverWith>,
): Promise<void> {
  const { signal } = new AbortController()
  for (let start = 0; start < records.length; start += IN_FLIGHT) {
    const slice = records.slice(start, start + IN_FLIGHT)
    const done = await Promise.all(slice.map((record) => deliver(record, signal)))
    if (done.includes(false)) throw new Error('the aggregator did not take a record that Valkey has lost')
  }
}
