/** What a run is judged by: how things were when it began, and what the log and Valkey say when all is counted. */
import { readSnapshot } from '../../functions/_adapters/valkey/snapshot.ts'
import type { Domain } from '../../functions/_core/domain.ts'
import { deadLetterTopic, type Registry } from '../../functions/_core/registry.ts'
import type { Snapshot } from '../../functions/_core/snapshot.ts'
import type { OffsetRange } from '../lib/kafka/read.ts'
import type { LoadFigures } from '../local/load.ts'
import type { System } from '../local/system.ts'
import { type DedupeKeysThen, dedupeKeysNow } from './dedupe-keys.ts'
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
  readonly system: System
  readonly domains: readonly Domain[]
  readonly registry: Registry
  /** Comes before every key. */
  readonly prefix: string
}

/** To be called when everything stored is counted, and nobody is sending. */
export async function baselineOf({ system, domains, prefix }: LedgerContext): Promise<Baseline> {
  const { valkey, positions } = system.watch
  const dedupeKeys = await dedupeKeysNow(valkey, prefix)
  return { positions, dedupeKeys, snapshot: await readSnapshot(valkey, domains, { prefix }) }
}

export interface LoadEvidence {
  readonly figures: LoadFigures
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
  const { system, domains, registry, prefix } = context
  const { kafka, watch } = system
  const reader = { kafka, valkey: watch.valkey, registry, prefix }
  const recount = recountFrom(before.snapshot, domains)
  const { positions } = watch
  const account = await accountFor(
    reader,
    ranges(before.positions, positions),
    before.dedupeKeys,
    recount.add,
  )
  const deadLetters = await uncountedDeadLetters(reader, deadLetterRanges(before.positions, positions))
  const after = await readSnapshot(watch.valkey, domains, { prefix })
  const counted = countedIn(after, domains) - countedIn(before.snapshot, domains)
  const { lost, lostCount } =
    load === undefined ? NONE_LOST : await lostReceipts(load.receiptsFile, account.counted, prefix)
  const { sent = 0, acknowledged = 0, refused = 0, unknown = 0, repeated = 0 } = load?.figures ?? {}
  return {
    sent,
    acknowledged,
    refused,
    unknown,
    repeated,
    in_kafka: account.inKafka,
    duplicates: account.duplicates,
    dead_lettered: deadLetters,
    counted,
    others: load === undefined ? counted : account.elsewhere + othersAtIngest(load),
    lost,
    lostCount,
    ...recount.compare(after, account.untimed === 0),
  }
}

const NONE_LOST = { lost: [], lostCount: 0 }

/** Only when the load got every answer can the rest be told from its own. */
const othersAtIngest = ({ figures: { unknown, acknowledged }, answered }: LoadEvidence): number =>
  unknown === 0 ? Math.max(0, answered - acknowledged) : 0

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
