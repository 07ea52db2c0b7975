/** How far the log and its reader are. */
import type { Admin } from 'kafkajs'
import type { Domain } from '../../functions/_core/domain.ts'
import { deadLetterTopic, topicsOf } from '../../functions/_core/registry.ts'
import { committedOffsets, logRange, type Offsets } from '../lib/kafka/offsets.ts'
import { consumerGroup } from '../lib/kafka/source-names.ts'

export interface TopicPosition {
  readonly topic: string
  readonly end: Offsets
  /** The reader's next record: what it committed, else where the log starts. */
  readonly next: Offsets
  readonly deadLetters: Offsets
}

export const positionsOf = (admin: Admin, domains: readonly Domain[]): Promise<TopicPosition[]> =>
  Promise.all(
    topicsOf(domains).map(async (topic) => {
      const [{ start, end }, committed, dead] = await Promise.all([
        logRange(admin, topic),
        committedOffsets(admin, consumerGroup(topic), topic),
        logRange(admin, deadLetterTopic(topic)),
      ])
      const next = new Map(
        [...start].map(([partition, first]) => [partition, Math.max(first, committed.get(partition) ?? 0)]),
      )
      return { topic, end, next, deadLetters: dead.end }
    }),
  )

/** Records between two places. */
export function recordsBetween(from: Offsets, to: Offsets): number {
  let records = 0
  for (const [partition, end] of to) records += Math.max(0, end - (from.get(partition) ?? 0))
  return records
}

export const lagOf = (positions: readonly TopicPosition[]): number =>
  positions.reduce((lag, { next, end }) => lag + recordsBetween(next, end), 0)
