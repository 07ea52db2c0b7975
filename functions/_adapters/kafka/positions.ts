/**
 * How long the log is and how far its readers are, asked of Kafka by a user who may only Describe: nobody else knows the end
 * of a partition, whoever writes to it, and nothing that passes it on is as fresh.
 */
import type { Admin, Kafka } from 'kafkajs'
import type { Domain } from '../../_core/domain.ts'
import { deadLetterTopic, topicsOf } from '../../_core/registry.ts'

export interface PartitionPosition {
  readonly partition: number
  /** The first record that is still there, and the one after the last. */
  readonly low: number
  readonly end: number
  /** The reader's next record; where it never committed, the first. */
  readonly committed: number
}

export interface TopicPositions {
  readonly topic: string
  readonly partitions: readonly PartitionPosition[]
  /** Records in its dead letter topic. */
  readonly deadLetters: number
}

export interface LogPositions {
  /** @throws Error when Kafka does not answer */
  read(): Promise<readonly TopicPositions[]>
  close(): Promise<void>
}

/** @param groupOf the group that reads a topic */
export function logPositions(
  kafka: Kafka,
  domains: readonly Domain[],
  groupOf: (topic: string) => string,
): LogPositions {
  let connecting: Promise<Admin> | undefined
  const connected = async (): Promise<Admin> => {
    const admin = kafka.admin()
    await admin.connect()
    return admin
  }
  const drop = async (): Promise<void> => {
    const old = connecting
    connecting = undefined
    await old?.then((admin) => admin.disconnect()).catch(() => {})
  }
  return {
    read: async () => {
      connecting ??= connected()
      try {
        const admin = await connecting
        return await Promise.all(topicsOf(domains).map((topic) => positionsOf(admin, topic, groupOf(topic))))
      } catch (error) {
        await drop()
        throw error
      }
    },
    close: drop,
  }
}

async function positionsOf(admin: Admin, topic: string, groupId: string): Promise<TopicPositions> {
  const [offsets, [ofGroup], deadLetters] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    admin.fetchOffsets({ groupId, topics: [topic] }),
    recordsIn(admin, deadLetterTopic(topic)),
  ])
  const committed = new Map(ofGroup?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
  const partitions = offsets.map(({ partition, low, high }) => ({
    partition,
    low: Number(low),
    end: Number(high),
    committed: Math.max(Number(low), committed.get(partition) ?? 0),
  }))
  return {
    topic,
    partitions: partitions.sort((one, other) => one.partition - other.partition),
    deadLetters,
  }
}

/** All that were ever written: what retention took away was there too. */
async function recordsIn(admin: Admin, topic: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return offsets.reduce((sum, { high }) => sum + Number(high), 0)
}
