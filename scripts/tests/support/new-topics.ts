/** Topics for tests. */
import type { Admin } from 'kafkajs'
import { vi } from 'vitest'
import { domains } from '../../../functions/_core/domains/index.ts'

/**
 * Made, and each partition has a leader. kafkajs waits for that itself, but gives up at once on a broker that is too
 * busy to know the new topic yet.
 */
export async function newTopics(admin: Admin, partitions: Readonly<Record<string, number>>): Promise<void> {
  const topics = Object.entries(partitions).map(([topic, numPartitions]) => ({ topic, numPartitions }))
  await admin.createTopics({ topics, waitForLeaders: false })
  const led = async () => {
    const metadata = await admin.fetchTopicMetadata({ topics: Object.keys(partitions) })
    for (const { name, partitions: known } of metadata.topics) {
      if (known.length !== partitions[name] || known.some(({ leader }) => leader < 0)) {
        throw new Error(`${name} is not there yet`)
      }
    }
  }
  await vi.waitFor(led, { timeout: 20_000, interval: 20 })
}

/** The settings by which a system has topics of its own, beside those of others on the same Kafka. */
export const topicSettings = (own: string): Record<string, string> =>
  Object.fromEntries(
    domains.map(({ name, topic }) => [`KAFKA_TOPIC_${name.toUpperCase()}`, `${topic}-${own}`]),
  )
