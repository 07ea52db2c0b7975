/**
 * How far Valkey is known to have counted the log, written into Valkey itself.
 *
 * A record is committed only after Valkey counted it, and what Valkey keeps on disk is a prefix of what it did. So if a
 * checkpoint survived a crash, everything counted before it was written survived as well: only records from there on
 * can be missing. That holds whatever the last second's loss was, with no clock involved.
 */
import type { Redis } from 'ioredis'
import { EPOCH_KEY, type Epoch } from '../../functions/_core/epoch.ts'
import type { Offsets } from '../lib/kafka/offsets.ts'
import type { TopicPosition } from './topic-position.ts'

export const CHECKPOINT_KEY = 'caudal:checkpoint'

export interface Checkpoints {
  /** @returns false when Valkey holds another epoch, or somebody stopped the count: then nothing is written */
  write(positions: readonly TopicPosition[], epoch: Epoch): Promise<boolean>
  /** By topic; a partition that is not named was never known to be counted. */
  read(): Promise<ReadonlyMap<string, Offsets>>
}

/** Tested and written in one step: a Valkey that was just emptied must not look as if it had counted. */
const WRITE = `
  local held = redis.call('HMGET', KEYS[1], 'epoch', 'stopped')
  if held[1] ~= ARGV[1] or held[2] then return 0 end
  redis.call('HSET', KEYS[2], unpack(ARGV, 2))
  return 1`

export function checkpointsIn(valkey: Redis, prefix: string): Checkpoints {
  const key = prefix + CHECKPOINT_KEY
  return {
    write: async (positions, { name }) => {
      const fields = positions.flatMap(({ topic, next }) =>
        [...next].flatMap(([partition, offset]) => [`${topic}/${partition}`, String(offset)]),
      )
      return (await valkey.eval(WRITE, 2, prefix + EPOCH_KEY, key, name, ...fields)) === 1
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
