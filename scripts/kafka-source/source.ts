/** Whole sources, one for each topic as on a cluster: the consumer, the sink it delivers to, and the dead letters. */
import { type Kafka, Partitioners, type Producer } from 'kafkajs'
import type { Metrics } from '../../functions/_core/metrics.ts'
import type { Logger, Readiness } from '../../functions/_core/ports.ts'
import { consumerGroup, sourceName } from '../lib/kafka/source-names.ts'
import { startConsumer } from './consumer.ts'
import { kafkaSink } from './dead-letter.ts'
import { deliverWith } from './deliver.ts'
import type { SourceSettings } from './env.ts'
import { lagReader } from './lag.ts'
import { createPoster } from './post.ts'
import { newStats, type Stats, sumOf } from './stats.ts'

interface State {
  readonly inFlight: number
  /** Why it delivers nothing just now. */
  readonly problem: string | undefined
}

export interface Source {
  readonly readiness: Readiness
  readonly stats: () => Stats & State
  /** Finishes what is in flight, commits and leaves the group. */
  close(): Promise<void>
}

export interface Sources extends Source {
  /** Of all together, and of each by its name. */
  readonly stats: () => Stats & State & { readonly sources: Readonly<Record<string, Stats & State>> }
}

export function startSources(settings: SourceSettings, kafka: Kafka, log: Logger, metrics: Metrics): Sources {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  const lag = lagReader(kafka.admin(), (topic) => consumerGroup(topic, settings.READER))
  for (const topic of settings.TOPICS) metrics.gauge('lagRecords', { topic }, () => lag.of(topic))
  const shared = { settings, kafka, producer, log, metrics }
  const sources = settings.TOPICS.map((topic) => startSource(topic, shared))
  const readiness = () => sources.map((source) => source.readiness()).find((problem) => problem !== undefined)
  return {
    readiness,
    stats: () => {
      const each = sources.map(({ name, stats }) => [name, stats()] as const)
      const inFlight = each.reduce((sum, [, stats]) => sum + stats.inFlight, 0)
      const sum = { ...sumOf(each.map(([, stats]) => stats)), inFlight, problem: readiness() }
      return { ...sum, sources: Object.fromEntries(each) }
    },
    close: async () => {
      await Promise.all(sources.map(({ close }) => close()))
      await producer.disconnect()
      await lag.close()
    },
  }
}

interface Shared {
  readonly settings: SourceSettings
  readonly kafka: Kafka
  readonly producer: Producer
  readonly log: Logger
  readonly metrics: Metrics
}

function startSource(
  topic: string,
  { settings, kafka, producer, log, metrics }: Shared,
): Source & { readonly name: string } {
  const stats = newStats()
  const name = sourceName(topic, settings.READER)
  const poster = createPoster({
    url: settings.SINK_URL,
    // The most that is ever in flight: one less than a full poll is, and a full poll comes.
    connections: 2 * settings.MAX_POLL_RECORDS - 1,
    timeoutMs: settings.TIMEOUT_MS,
  })
  const deliver = deliverWith({
    post: poster.post,
    deadLetterSink: settings.DEAD_LETTER_SINK ? kafkaSink(producer) : undefined,
    destination: settings.SINK_URL,
    deadLetterTopicOf: settings.deadLetterTopicOf,
    origin: {
      namespace: settings.NAMESPACE,
      name,
      addPosition: settings.ADD_POSITION,
      keyType: settings.KEY_TYPE,
    },
    policy: {
      retry: settings.RETRY,
      backoffPolicy: settings.BACKOFF_POLICY,
      backoffDelayMs: settings.BACKOFF_DELAY_MS,
    },
    stats,
    log,
    onRetry: metrics.counter('retries', { to: settings.READER }),
    onRetriesExhausted: metrics.counter('deadLetters', { reason: 'retriesExhausted' }),
    onLost: metrics.counter('lost', { topic }),
  })
  const consumer = startConsumer({
    kafka,
    topic,
    groupId: consumerGroup(topic, settings.READER),
    ordering: settings.ORDERED_TOPICS?.includes(topic) ? 'ordered' : settings.ORDERING,
    maxPollRecords: settings.MAX_POLL_RECORDS,
    commitIntervalMs: settings.COMMIT_INTERVAL_MS,
    deliver,
    stats,
    log,
  })
  return {
    name,
    readiness: consumer.readiness,
    stats: () => ({ ...stats, inFlight: consumer.inFlight(), problem: consumer.readiness() }),
    close: async () => {
      await consumer.close()
      await poster.close()
    },
  }
}
