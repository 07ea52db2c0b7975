/**
 * How far Valkey is known to have counted the log, written into Valkey itself.
 *
 * A record is committed only after Valkey counted it, and what Valkey keeps on disk is a prefix of what it did. So if a
 * checkpoint survived a crash, everything counted before it was written survived as well: only records from there on
 * can be missing. That holds whatever the last second's loss was, with no clock involved.
 */
import type { Redis } from 'ioredis'
import type { Offsets } from '../lib/kafka/offsets.ts'
import type { TopicPosition } from './topic-position.ts'

export interface Checkpoints {
  write(positions: readonly TopicPosition[]): Promise<void>
  /** By topic; a partition that is not named was never known to be counted. */
  read(): Promise<ReadonlyMap<string, Offsets>>
}

export function checkpointsIn(valkey: Redis, prefix: string): Checkpoints {
  const key = `${prefix}caudal:checkpoint`
  return {
    write: async (positions) => {
      const fields = positions.flatMap(({ topic, next }) =>
        [...next].map(([partition, offset]) => [`${topic}/${partition}`, String(offset)] as const),
      )
      await valkey.hset(key, Object.fromEntries(fields))
    },
    read: async () => {
      const byTopic = new Map<string, Map<number, number>>()
      for (const [field, offset] of Object.entries(await valkey.hgetall(key))) {
        const [topic = '', partition] = field.split('/')
        const offsets = byTopic.get(topic) ?? new Map<number, number>()
        byTopic.set(topic, offsets.set(Number(partition), Number(offset)))
      }
      return byTopic
    },
  }
}
