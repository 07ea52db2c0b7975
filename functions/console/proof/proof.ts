/**
 * Accepted = counted + waiting + dead, for each partition, in records. The two sides come from parties that know nothing of
 * each other: Kafka says how long a partition is and how far its reader has committed; Valkey has a bit for each record,
 * which the aggregator sets before it answers, and so before the reader commits. A record that is committed and has no bit
 * is a gap: somebody took it for done, and nobody counted it.
 *
 * What only Kafka knows is asked of Kafka itself, by a user who may only Describe: any other place is as stale as whoever
 * writes it, and would not be there when functions are scaled to zero. Kafka is asked first and Valkey after it, so that
 * what is committed has its bit by the time that it is looked for.
 *
 * A record that the source gave up (its retries were used up) is a dead letter that the aggregator never saw: the topics of
 * dead letters are longer than the bits say by those, and they are taken off the gap of the whole topic.
 */
import type { LogPositions, TopicPositions } from '../../_adapters/kafka/positions.ts'
import type { AccountReader, OffsetRange } from '../../_adapters/valkey/accounts/reader.ts'
import type { Domain } from '../../_core/domain.ts'
import type { Clock } from '../../_core/ports.ts'
import type { PartitionProof, TopicProof } from '../api.ts'

export interface Evidence {
  readonly topics: readonly TopicEvidence[]
  readonly kafkaAsOfMs: number
  readonly valkeyAsOfMs: number
}

/** What is known of a topic but for its domain's events. */
export type TopicEvidence = Omit<TopicProof, 'domain' | 'eventsCounted' | 'eventsDuplicate'>

/** Stretches without an account that are listed of a partition. */
const GAPS = 5

export async function evidenceOf(
  positions: Pick<LogPositions, 'read'>,
  accounts: AccountReader,
  clock: Clock,
): Promise<Evidence & { readonly positions: readonly TopicPositions[] }> {
  const topics = await positions.read()
  const kafkaAsOfMs = clock()
  const evidence = await Promise.all(topics.map((topic) => topicEvidence(topic, accounts)))
  return { topics: evidence, positions: topics, kafkaAsOfMs, valkeyAsOfMs: clock() }
}

async function topicEvidence(
  { topic, partitions, deadLetters }: TopicPositions,
  accounts: AccountReader,
): Promise<TopicEvidence> {
  const done = partitions.map(({ partition, low, committed, end }): OffsetRange => {
    return { topic, partition, from: low, to: Math.min(committed, end) }
  })
  const open = partitions.map(({ partition, committed, end }): OffsetRange => {
    return { topic, partition, from: Math.min(committed, end), to: end }
  })
  const counts = await accounts.read([...done, ...open])
  const proofs = await Promise.all(
    partitions.map(async ({ partition, low, end }, at): Promise<PartitionProof> => {
      const [behind, ahead] = [counts[at], counts[at + partitions.length]]
      const [range, rest] = [done[at], open[at]]
      const counted = (behind?.counted ?? 0) + (ahead?.counted ?? 0)
      const dead = (behind?.dead ?? 0) + (ahead?.dead ?? 0)
      const waiting = (rest ? rest.to - rest.from : 0) - (ahead?.counted ?? 0) - (ahead?.dead ?? 0)
      const gap = end - low - counted - dead - waiting
      const gaps = gap > 0 && range ? await accounts.gaps(range, GAPS) : []
      return { topic, partition, accepted: end - low, counted, waiting, dead, gap, gaps }
    }),
  )
  const sum = (of: (proof: PartitionProof) => number): number =>
    proofs.reduce((total, proof) => total + of(proof), 0)
  const [accepted, counted, waiting] = [sum((p) => p.accepted), sum((p) => p.counted), sum((p) => p.waiting)]
  const [refused, missing] = [sum((p) => p.dead), sum((p) => p.gap)]
  const givenUp = Math.min(Math.max(0, missing), Math.max(0, deadLetters - refused))
  const gap = missing - givenUp
  return {
    topic,
    holds: gap === 0,
    accepted,
    counted,
    waiting,
    dead: refused + givenUp,
    gap,
    partitions: proofs,
  }
}

/** Whether any record was accounted for: an older KafkaSource does not say where the records lie that it delivers. */
export const isAccounted = ({ topics }: Evidence): boolean =>
  topics.every(
    ({ accepted, counted, dead, waiting }) =>
      (accepted ?? 0) === (waiting ?? 0) || (counted ?? 0) + (dead ?? 0) > 0,
  )

export const domainsOfTopic = (domains: readonly Domain[], topic: string): readonly Domain[] =>
  domains.filter((domain) => domain.topic === topic)
