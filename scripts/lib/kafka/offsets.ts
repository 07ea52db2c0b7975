/** Where a topic and a consumer group are. */
import type { Admin } from 'kafkajs'
import { untilAnswered } from '../until.ts'
import { isRetriable } from './retriable.ts'

/** By partition. */
export type Offsets = ReadonlyMap<number, number>

export interface LogRange {
  /** The first record that is still there. */
  readonly start: Offsets
  /** The one after the last that may be read: what an open transaction wrote comes later. */
  readonly end: Offsets
}

/** A broker that is busy may not know yet that it leads a partition that was just made. */
const LEADS_MS = 10_000

export async function logRange(admin: Admin, topic: string): Promise<LogRange> {
  const partitions = await untilAnswered(() => admin.fetchTopicOffsets(topic), LEADS_MS, isRetriable)
  return {
    start: new Map(partitions.map(({ partition, low }) => [partition, Number(low)])),
    end: new Map(partitions.map(({ partition, high }) => [partition, Number(high)])),
  }
}

/** The next record each partition's reader would get; a partition where the group never committed is left out. */
export async function committedOffsets(admin: Admin, groupId: string, topic: string): Promise<Offsets> {
  const [ofTopic] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const offsets =
    ofTopic?.partitions.map(({ partition, offset }) => [partition, Number(offset)] as const) ?? []
  return new Map(offsets.filter(([, offset]) => offset >= 0))
}
