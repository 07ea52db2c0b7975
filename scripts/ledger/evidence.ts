/** What a run is judged by: how things were when it began, and what the log and Valkey say when all is counted. */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import { readSnapshot } from '../../functions/_adapters/valkey/snapshot.ts'
import type { Generations } from '../../functions/_core/epoch.ts'
import { type DedupeKey, dedupeKeyOf } from '../../functions/_core/keys.ts'
import { deadLetterTopic, type Registry } from '../../functions/_core/registry.ts'
import type { Snapshot } from '../../functions/_core/snapshot.ts'
import type { OffsetRange } from '../lib/kafka/read.ts'
import { DedupeKeySet, type DedupeKeysThen, dedupeKeysNow } from './dedupe-keys.ts'
import { accountFor, uncountedDeadLetters } from './offset-range.ts'
import { lostReceipts } from './receipts.ts'
import type { Evidence } from './reconcile.ts'
import { countedIn, recountFrom } from './recount.ts'
import type { TopicPosition } from './topic-position.ts'

export interface Baseline {
  readonly positions: readonly TopicPosition[]
  readonly dedupeKeys: DedupeKeysThen
  readonly snapshot: Snapshot
}

export interface LedgerContext {
  readonly kafka: Kafka
  readonly valkey: Redis
  readonly registry: Registry
  /** How far the log and its reader are now. */
  readonly positions: readonly TopicPosition[]
  /** Comes before every key. */
  readonly prefix: string
  readonly generations: Generations
}

/** To be called when everything stored is counted, and nobody is sending. */
export async function baselineOf(context: LedgerContext): Promise<Baseline> {
  const { valkey, registry, positions, prefix } = context
  const dedupeKeys = await dedupeKeysNow(valkey, prefix)
  return { positions, dedupeKeys, snapshot: await readSnapshot(valkey, registry.all, { prefix }) }
}

/** What a load counted of its own requests. */
export interface LoadTotals {
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly unknown: number
  /** Of the acknowledged, those that only repeated one. */
  readonly repeated: number
  /** Of the acknowledged, those that did not go by ingest. */
  readonly calls: number
}

export interface LoadEvidence {
  readonly figures: LoadTotals
  readonly receiptsFile: string
  /** Good answers of ingest: more than the load got when others sent events too. */
  readonly answered: number
}

/** To be called when everything stored is counted, and the endpoints are closed. @param load undefined without one */
export async function evidenceOf(
  context: LedgerContext,
  before: Baseline,
  load: LoadEvidence | undefined,
): Promise<Evidence> {
  const { valkey, registry, positions, prefix } = context
  const domains = registry.all
  const recount = recountFrom(before.snapshot, domains)
  const account = await accountFor(
    context,
    ranges(before.positions, positions),
    before.dedupeKeys,
    recount.add,
  )
  const deadLetters = await uncountedDeadLetters(context, deadLetterRanges(before.positions, positions))
  const after = await readSnapshot(valkey, domains, { prefix })
  const counted = countedIn(after, domains) - countedIn(before.snapshot, domains)
  const illegal = Array.from(recount.illegal.values(), ({ source, id }) => dedupeKeyOf(source, id, prefix))
  const isIllegal = new DedupeKeySet()
  for (const dedupeKey of illegal) isIllegal.add(dedupeKey)
  const settled = { has: (key: DedupeKey) => account.counted.has(key) || isIllegal.has(key) }
  const { elsewhere } = account
  const { lost, lostCount, ownElsewhere } =
    load === undefined
      ? NONE_LOST
      : await lostReceipts(load.receiptsFile, settled, prefix, elsewhere.dedupeKeys)
  const { sent = 0, acknowledged = 0, refused = 0, unknown = 0, repeated = 0 } = load?.figures ?? {}
  return {
    sent,
    acknowledged,
    refused,
    unknown,
    repeated,
    records: account.records,
    in_kafka: account.inKafka,
    duplicates: account.duplicates,
    dead_lettered: deadLetters.count,
    illegal: illegal.length,
    illegalAlive: illegal.filter((dedupeKey) => !deadLetters.dedupeKeys.has(dedupeKey)).length,
    judged_anew: recount.judgedAnew,
    counted,
    others: load === undefined ? counted : elsewhere.count - ownElsewhere + othersAtIngest(load),
    lost,
    lostCount,
    ...recount.compare(after, Date.now(), account.untimed === 0),
  }
}

const NONE_LOST = { lost: [], lostCount: 0, ownElsewhere: 0 }

/** Only when the load got every answer can the rest be told from its own. */
const othersAtIngest = ({ figures: { unknown, acknowledged, calls }, answered }: LoadEvidence): number =>
  unknown === 0 ? Math.max(0, answered - (acknowledged - calls)) : 0

const ranges = (from: readonly TopicPosition[], to: readonly TopicPosition[]): OffsetRange[] =>
  to.map(({ topic, end }, index) => ({ topic, from: withAll(from[index]?.end, end), to: end }))

const deadLetterRanges = (from: readonly TopicPosition[], to: readonly TopicPosition[]): OffsetRange[] =>
  to.map(({ topic, deadLetters }, index) => ({
    topic: deadLetterTopic(topic),
    from: withAll(from[index]?.deadLetters, deadLetters),
    to: deadLetters,
  }))

/** A partition that is newer than `from` is read from its start. */
const withAll = (from: TopicPosition['end'] | undefined, to: TopicPosition['end']) =>
  new Map([...to.keys()].map((partition) => [partition, from?.get(partition) ?? 0]))
