/** A range of the log, record by record: what it holds, and what Valkey has of it. */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { fingerprintOf } from '../../functions/_adapters/fingerprint.ts'
import { transitionOf } from '../../functions/_core/effects/transition-data.ts'
import type { Generations } from '../../functions/_core/epoch.ts'
import type { Event } from '../../functions/_core/event.ts'
import { isIdempotencySource } from '../../functions/_core/idempotency.ts'
import type { Registry } from '../../functions/_core/registry.ts'
import { type OffsetRange, readLog } from '../lib/kafka/read.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import {
  type Counted,
  countedContents,
  countedStates,
  DedupeKeySet,
  type DedupeKeysThen,
} from './dedupe-keys.ts'
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
  readonly elsewhere: { readonly dedupeKeys: DedupeKeySet; readonly count: number }
  /** Of the counted, those whose time is not in the log; and copies with another time than the first. */
  readonly untimed: number
}

const INGEST = /^\/ingest\//

/**
 * Told of the events counted in a range, each once, in the order of the log; and of what moves things along their lives
 * all of it, since what was refused there has to be so for a reason.
 *
 * @param uncounted those among the events that Valkey never counted
 */
export type OnEvents = (events: readonly Event[], uncounted: ReadonlySet<Event>) => Promise<unknown>

/** @param then Valkey's dedupeKeys when the range began */
export async function accountFor(
  { kafka, valkey, registry, ...seenIn }: LedgerReader,
  ranges: readonly OffsetRange[],
  then: DedupeKeysThen,
  onEvents: OnEvents,
): Promise<RangeAccount> {
  const read = recordReader(registry, seenIn)
  const seen = new DedupeKeySet()
  const isRetimed = retiming()
  const account = {
    records: 0,
    inKafka: 0,
    duplicates: 0,
    counted: new DedupeKeySet(),
    elsewhere: { dedupeKeys: new DedupeKeySet(), count: 0 },
    untimed: 0,
  }
  const addBatch = async (records: readonly ConsumedRecord[]): Promise<void> => {
    const events = records.flatMap(read)
    const own = await withCountedContent(valkey, events)
    const keys = own.map(({ dedupeKey }) => dedupeKey)
    const states = await countedStates(valkey, keys, then)
    const fates = own.map((logged, at) => ({
      logged,
      isFirst: seen.add(logged.dedupeKey),
      state: states[at] ?? 'no',
    }))
    const first = fates.filter(({ isFirst }) => isFirst)
    account.untimed += fates.filter((fate) => isRetimed(fate)).length
    account.records += records.length
    account.inKafka += events.length
    account.duplicates += events.length - first.length
    account.duplicates += first.filter(({ state }) => state === 'before').length
    for (const { logged } of first.filter(({ state }) => state === 'since')) {
      account.counted.add(logged.dedupeKey)
      if (!logged.isTimed) account.untimed++
      if (!INGEST.test(logged.source) && account.elsewhere.dedupeKeys.add(logged.dedupeKey))
        account.elsewhere.count++
    }
    await onEvents(...toldOf(fates))
  }
  for (const range of ranges) {
    for await (const records of readLog(kafka, range)) await addBatch(records)
  }
  return account
}

/**
 * Whether an event is one under an Idempotency-Key that came before with another time: that of each request. Which of
 * them was counted is not in the log, since partitions have no order between them.
 */
function retiming(): (fate: Fate) => boolean {
  const times = new Map<string, string>()
  return ({ logged: { source, dedupeKey, event }, state }) => {
    if (state !== 'since' || !isIdempotencySource(source)) return false
    const { time } = event()
    const first = times.get(dedupeKey.key) ?? time
    times.set(dedupeKey.key, first)
    return first !== time
  }
}

interface Fate {
  readonly logged: LoggedEvent
  readonly isFirst: boolean
  readonly state: Counted
}

function toldOf(fates: readonly Fate[]): Parameters<OnEvents> {
  const events: Event[] = []
  const uncounted = new Set<Event>()
  for (const { logged, isFirst, state } of fates.filter(({ state }) => state !== 'before')) {
    const isCounted = state === 'since'
    const event = isCounted ? logged.event() : ifReadable(() => logged.event())
    if (event === undefined) continue
    if (!(isFirst && isCounted) && transitionOf(event.domain) === undefined) continue
    events.push(event)
    if (!isCounted) uncounted.add(event)
  }
  return [events, uncounted]
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

/** Different identities among dead letters that Valkey never counted: which, and how many. */
export async function uncountedDeadLetters(
  { kafka, valkey, ...seenIn }: LedgerReader,
  ranges: readonly OffsetRange[],
): Promise<{ readonly dedupeKeys: DedupeKeySet; readonly count: number }> {
  const seen = new DedupeKeySet()
  const uncounted = { dedupeKeys: new DedupeKeySet(), count: 0 }
  for (const range of ranges) {
    for await (const deadLetters of readLog(kafka, range)) {
      const dedupeKeys = deadLetters
        .flatMap((deadLetter) => dedupeKeysOf(deadLetter, seenIn))
        .filter((dedupeKey) => seen.add(dedupeKey))
      const states = await countedStates(valkey, dedupeKeys, undefined)
      for (const dedupeKey of dedupeKeys.filter((_, at) => states[at] === 'no')) {
        uncounted.dedupeKeys.add(dedupeKey)
        uncounted.count++
      }
    }
  }
  return uncounted
}
