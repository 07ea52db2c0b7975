/**
 * Counts again what Valkey lost: with its append-only file flushed once a second, a crash can cost the last second of
 * effects, though their records are committed. Each event from the last checkpoint on is looked up, and a record with one
 * that is not marked is counted again, as the aggregator does it and in the order of the log; the identities of the others
 * make that safe. What is refused lies with the dead letters since it was first delivered, or will when it is.
 */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { valkeyCounter } from '../../functions/_adapters/valkey/counter/counter.ts'
import type { Domain } from '../../functions/_core/domain.ts'
import { type Epoch, generationsOf } from '../../functions/_core/epoch.ts'
import { ERRORS } from '../../functions/_core/errors.ts'
import type { DedupeKey } from '../../functions/_core/keys.ts'
import { registryOf } from '../../functions/_core/registry.ts'
import type { Offsets } from '../lib/kafka/offsets.ts'
import { readLog } from '../lib/kafka/read.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { countedStates, DedupeKeySet } from './dedupe-keys.ts'
import { dedupeKeysOf, ifReadable, recordReader, type SeenIn } from './read-record.ts'

export interface RepairOptions {
  readonly kafka: Kafka
  readonly valkey: Redis
  readonly prefix: string
  /** What Valkey holds. */
  readonly epoch: Epoch
  readonly domains: readonly Domain[]
  readonly ranges: readonly RepairRange[]
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

const SAY_EVERY_EVENTS = 100_000

/** @throws when something can be neither counted nor refused */
export async function repair(options: RepairOptions): Promise<Repaired> {
  const { kafka, valkey, prefix, epoch, domains, ranges, say } = options
  const counter = valkeyCounter(valkey, {
    prefix,
    epoch: { current: async () => epoch, look: async () => {} },
  })
  const seenIn = { prefix, generations: generationsOf(epoch) }
  const read = recordReader(registryOf(domains), seenIn)
  let looked = 0
  let repaired = 0
  for (const range of ranges) {
    for await (const records of readLog(kafka, range)) {
      const lost = await lostOf(records, seenIn, options)
      const seen = looked + lost.looked
      if (Math.floor(seen / SAY_EVERY_EVENTS) > Math.floor(looked / SAY_EVERY_EVENTS)) {
        say(`Looking for lost events: ${seen} so far`)
      }
      looked = seen
      const events = lost.records.flatMap(read).flatMap(({ event }) => ifReadable(event) ?? [])
      const outcomes = await counter.apply(events)
      const failed = outcomes.find((outcome) => outcome !== undefined && ERRORS[outcome.code].http >= 500)
      if (failed !== undefined) throw failed
      repaired += lost.dedupeKeys.length - (await uncounted(lost.dedupeKeys, options)).length
    }
  }
  return { looked, repaired }
}

interface Lost {
  readonly looked: number
  readonly records: readonly ConsumedRecord[]
  readonly dedupeKeys: readonly DedupeKey[]
}

async function lostOf(
  records: readonly ConsumedRecord[],
  seenIn: SeenIn,
  options: RepairOptions,
): Promise<Lost> {
  const held = records.map((record) => ({ record, dedupeKeys: dedupeKeysOf(record, seenIn) }))
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
