/** Topics with the partitions and retention they must have, made or changed until they do. */
import kafkajs, { type Admin, Kafka, logLevel } from 'kafkajs'
import type { Domain } from '../../../functions/_core/domain.ts'
import {
  DEAD_LETTER_BATCH_BYTES,
  EVENT_FUTURE_MS,
  TOPIC_BATCH_BYTES,
} from '../../../functions/_core/limits.ts'
import { deadLetterTopic, followerDeadLetterTopic, topicsOf } from '../../../functions/_core/registry.ts'
import { FOLLOWERS } from '../../../functions/_core/topology.ts'
import { until } from '../until.ts'
import { UserError } from '../user-error.ts'
import { isRetriable } from './retriable.ts'

const CONNECT_MS = 5_000
const LEADERS_DEADLINE_MS = 20_000
/** Retention drops whole segments: a record outlives it by up to this, also where little is written. */
const SEGMENT_MS = 12 * 3600 * 1000

export interface TopicSpec {
  topic: string
  /** At least this many; never fewer than there are. */
  partitions: number
  retentionMs: number
  /** The largest batch of records that it takes. */
  batchBytes: number
  /**
   * How far ahead a record may be dated; undefined for what Kafka takes by itself. What is later is refused, to whoever
   * sends it: it would be kept for as much longer, and a plain record has no other time.
   */
  aheadMs?: number
}

/**
 * Returns when every partition has a leader.
 * @param brokers host:port, comma separated
 * @throws UserError when Kafka is not there or refuses
 */
export async function ensureTopics(brokers: string, topics: readonly TopicSpec[]): Promise<void> {
  const admin = new Kafka({
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: CONNECT_MS,
    retry: { retries: 3 },
  }).admin()
  try {
    await admin.connect()
    await create(admin, topics)
    await leaders(admin, topics)
    for (const spec of topics) await adjust(admin, spec)
    await leaders(admin, topics)
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      `Kafka at ${brokers} cannot be used: ${error instanceof Error ? error.message : error}. ` +
        'Check that it runs and that KAFKA_BROKERS is right.',
      { cause: error },
    )
  } finally {
    await admin.disconnect()
  }
}

/** For a Kafka that is somebody else's: makes what is missing, and leaves what is there as it is. */
export async function addMissingTopics(admin: Admin, topics: readonly TopicSpec[]): Promise<void> {
  const there = new Set(await admin.listTopics())
  const missing = topics.filter(({ topic }) => !there.has(topic))
  await create(admin, missing)
  await leaders(admin, topics)
}

/** Does not wait for leaders: kafkajs would take a broker that does not know a new topic yet for one that never will. */
const create = (admin: Admin, topics: readonly TopicSpec[]): Promise<boolean> =>
  admin.createTopics({ topics: topics.map(definition), waitForLeaders: false })

/** @throws UserError */
async function leaders(admin: Admin, topics: readonly TopicSpec[]): Promise<void> {
  if (await until(() => haveLeaders(admin, topics), LEADERS_DEADLINE_MS)) return
  throw new UserError('Kafka has topics of which some partitions have no leader: see its log')
}

function definition(spec: TopicSpec) {
  const { topic, partitions } = spec
  return { topic, numPartitions: partitions, configEntries: configOf(spec) }
}

const configOf = ({ retentionMs, batchBytes, aheadMs }: TopicSpec) => [
  { name: 'max.message.bytes', value: String(batchBytes) },
  { name: 'retention.ms', value: String(retentionMs) },
  { name: 'segment.ms', value: String(SEGMENT_MS) },
  ...(aheadMs === undefined ? [] : [{ name: 'message.timestamp.after.max.ms', value: String(aheadMs) }]),
]

/** For a topic that was there before. */
async function adjust(admin: Admin, spec: TopicSpec): Promise<void> {
  const { topic, partitions } = spec
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  if ((topics[0]?.partitions.length ?? 0) < partitions) {
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] })
  }
  const configEntries = configOf(spec)
  const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }
  const { resources } = await admin.describeConfigs({
    resources: [{ ...resource, configNames: configEntries.map(({ name }) => name) }],
    includeSynonyms: false,
  })
  const held = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]))
  if (configEntries.every(({ name, value }) => held.get(name) === value)) return
  await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] })
}

async function haveLeaders(admin: Admin, topics: readonly TopicSpec[]): Promise<boolean> {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) })
    return metadata.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
  } catch (error) {
    if (isRetriable(error)) return false
    throw error
  }
}

const DAY_MS = 24 * 3600 * 1000
const PARTITIONS = 6
/** Less than identities are remembered: a record that can still be read is never counted twice. */
const RETENTION_MS = 7 * DAY_MS
/** Somebody has to look at them. */
const DEAD_LETTER_RETENTION_MS = 30 * DAY_MS

export const topicSpecsOf = (domains: readonly Domain[]): TopicSpec[] =>
  topicsOf(domains).flatMap((topic) => [
    {
      topic,
      partitions: PARTITIONS,
      retentionMs: RETENTION_MS,
      batchBytes: TOPIC_BATCH_BYTES,
      aheadMs: EVENT_FUTURE_MS,
    },
    deadLetters(deadLetterTopic(topic)),
  ])

const deadLetters = (topic: string): TopicSpec => ({
  topic,
  partitions: 1,
  retentionMs: DEAD_LETTER_RETENTION_MS,
  batchBytes: DEAD_LETTER_BATCH_BYTES,
})

/** Dead letters of those that look on. */
export const followerTopics = (topics: readonly string[]): TopicSpec[] =>
  topics.flatMap((topic) => FOLLOWERS.map((name) => deadLetters(followerDeadLetterTopic(topic, name))))
