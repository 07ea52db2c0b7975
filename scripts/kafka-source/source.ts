/** A whole source: the consumer, the sink it delivers to, and the dead letters. */
import { type Kafka, Partitioners } from 'kafkajs'
import type { Metrics } from '../../functions/_core/metrics.ts'
import type { Log, Readiness } from '../../functions/_core/ports.ts'
import { startConsumer } from './consumer.ts'
import { deadLetterSender } from './dead-letter.ts'
import { deliverWith } from './deliver.ts'
import type { SourceSettings } from './env.ts'
import { lagReader } from './lag.ts'
import { createPoster } from './post.ts'
import { newStats, type Stats } from './stats.ts'

export interface Source {
  readonly readiness: Readiness
  readonly stats: () => Stats & { readonly inFlight: number }
  /** Finishes what is in flight, commits and leaves the group. */
  close(): Promise<void>
}

/** What it delivers to, as the functions' metrics call it. */
const TO = 'aggregator'

export function startSource(settings: SourceSettings, kafka: Kafka, log: Log, metrics: Metrics): Source {
  const stats = newStats()
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  const poster = createPoster({
    url: settings.SINK_URL,
    // The most that is ever in flight: one less than a full poll is, and a full poll comes.
    connections: 2 * settings.MAX_POLL_RECORDS - 1,
    timeoutMs: settings.TIMEOUT_MS,
  })
  const deliver = deliverWith({
    post: poster.post,
    sendDeadLetter: deadLetterSender(producer, log, () => stats.deadLetterRetries++),
    destination: settings.SINK_URL,
    deadLetterTopicOf: settings.deadLetterTopicOf,
    origin: { namespace: settings.NAMESPACE, name: settings.NAME, addPosition: settings.ADD_POSITION },
    policy: {
      retry: settings.RETRY,
      backoffPolicy: settings.BACKOFF_POLICY,
      backoffDelayMs: settings.BACKOFF_DELAY_MS,
    },
    stats,
    onRetry: metrics.counter('retries', { to: TO }),
    onRetriesExhausted: metrics.counter('deadLetters', { reason: 'retriesExhausted' }),
  })
  const lag = lagReader(kafka.admin(), settings.GROUP_ID)
  for (const topic of settings.TOPICS) metrics.gauge('lagRecords', { topic }, () => lag.of(topic))
  const consumer = startConsumer({
    kafka,
    topics: settings.TOPICS,
    groupId: settings.GROUP_ID,
    ordering: settings.ORDERING,
    maxPollRecords: settings.MAX_POLL_RECORDS,
    commitIntervalMs: settings.COMMIT_INTERVAL_MS,
    deliver,
    stats,
    log,
  })
  return {
    readiness: consumer.readiness,
    stats: () => ({ ...stats, inFlight: consumer.inFlight() }),
    close: async () => {
      await consumer.close()
      await poster.close()
      await producer.disconnect()
      await lag.close()
    },
  }
}
