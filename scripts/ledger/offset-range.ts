/** A range of the log, record by record: what it holds, and what Valkey has of it. */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { fingerprintOf } from '../../functions/_adapters/fingerprint.ts'
import type { Generations } from '../../functions/_core/epoch.ts'
import type { Event } from '../../functions/_core/event.ts'
import type { Registry } from '../../functions/_core/registry.ts'
import { type OffsetRange, readLog } from '../lib/kafka/read.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { countedContents, countedStates, DedupeKeySet, type DedupeKeysThen } from './dedupe-keys.ts'
import { dedupeKeysOf, ifReadable, type LoggedEvent, recordReader } from './read-record.ts'

export interface LedgerReader {
  readonly kafka: Kafka
  readonly valkey: Redis
  readonly registry: Registry
  /** Comes before every key. */
  readonly prefix: string
  readonly generations: Generations
}

export interface RangeAccount {
  readonly records: number
  /** Events in these. */
  readonly inKafka: number
  /** Events whose identity came before, in the range or earlier. */
  readonly duplicates: number
  /** Identities that Valkey counted since the range began. */
  readonly counted: DedupeKeySet
  /** Of the counted, those that did not come in by ingest. */
  readonly elsewhere: number
  /** Of the counted, those whose time is not in the log. */
  readonly untimed: number
}

const INGEST = /^\/ingest\//

/**
 * @param then Valkey's dedupeKeys when the range began
 * @param onCounted told of the events counted in the range, each once, in the order of the log
 */
export async function accountFor(
  { kafka, valkey, registry, ...seenIn }: LedgerReader,
  ranges: readonly OffsetRange[],
  then: DedupeKeysThen,
  onCounted: (events: readonly Event[]) => Promise<unknown>,
): Promise<RangeAccount> {
  const read = recordReader(registry, seenIn)
  const seen = new DedupeKeySet()
  const account = {
    records: 0,
    inKafka: 0,
    duplicates: 0,
    counted: new DedupeKeySet(),
    elsewhere: 0,
    untimed: 0,
  }
  const addBatch = async (records: readonly ConsumedRecord[]): Promise<void> => {
    const events = records.flatMap(read)
    const own = await withCountedContent(valkey, events)
    const first = own.filter(({ dedupeKey }) => seen.add(dedupeKey))
    const states = await countedStates(
      valkey,
      first.map(({ dedupeKey }) => dedupeKey),
      then,
    )
    account.records += records.length
    account.inKafka += events.length
    account.duplicates += events.length - first.length
    account.duplicates += states.filter((state) => state === 'before').length
    const counted = first.filter((_, index) => states[index] === 'since')
    for (const { dedupeKey, source, isTimed } of counted) {
      account.counted.add(dedupeKey)
      if (!isTimed) account.untimed++
      if (!INGEST.test(source)) account.elsewhere++
    }
    await onCounted(counted.map((record) => record.event()))
  }
  for (const range of ranges) {
    for await (const records of readLog(kafka, range)) await addBatch(records)
  }
  return account
}

/** Without those that came under the Idempotency-Key of another content, which was counted: they are dead letters. */
async function withCountedContent(
  valkey: Redis,
  events: readonly LoggedEvent[],
): Promise<readonly LoggedEvent[]> {
  const counted = await countedContents(
    valkey,
    events.map(({ dedupeKey }) => dedupeKey),
  )
  return events.filter(({ dedupeKey, event }) => {
    const fingerprint = counted.get(dedupeKey.key)
    return fingerprint === undefined || ifReadable(() => fingerprintOf(event())) === fingerprint
  })
}

/** Different identities among dead letters that Valkey never counted. */
export async function uncountedDeadLetters(
  { kafka, valkey, ...seenIn }: LedgerReader,
  ranges: readonly OffsetRange[],
): Promise<number> {
  const seen = new DedupeKeySet()
  let uncounted = 0
  for (const range of ranges) {
    for await (const deadLetters of readLog(kafka, range)) {
      const dedupeKeys = deadLetters
        .flatMap((deadLetter) => dedupeKeysOf(deadLetter, seenIn))
        .filter((dedupeKey) => seen.add(dedupeKey))
      const states = await countedStates(valkey, dedupeKeys, undefined)
      uncounted += states.filter((state) => state === 'no').length
    }
  }
  return uncounted
}
