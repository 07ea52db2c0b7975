/** What the tests of the source share: a topic of their own on the real Kafka, records in it, and what came of them. */
import { randomUUID } from 'node:crypto'
import { CompressionTypes, Kafka, logLevel, type Message, Partitioners } from 'kafkajs'
import { inject, onTestFinished, vi } from 'vitest'
import { kafkaClient } from '../../../functions/_adapters/kafka/connect.ts'
import { createMetrics } from '../../../functions/_runtime/metrics.ts'
import { readSettings } from '../../kafka-source/env.ts'
import { startSources } from '../../kafka-source/source.ts'
import { committedOffsets, logRange } from '../../lib/kafka/offsets.ts'
import { readLog } from '../../lib/kafka/read.ts'
import type { ConsumedRecord } from '../../lib/kafka/record.ts'
import { consumerGroup } from '../../lib/kafka/source-names.ts'
import { newTopics } from './new-topics.ts'
import { type Script, startSink } from './recording-sink.ts'

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
export const DEADLINE = { timeout: 20_000, interval: 20 }

/** @param partitions of the topic; its dead letters have one */
export async function testTopic(partitions = 3) {
  const brokers = inject('kafkaBrokers')
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  // Idempotent: of a new topic whose partitions are not all there yet, the others' records would be written twice.
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true })
  const topic = `source-${randomUUID()}`
  const deadLetters = `${topic}-dead-letter`
  await Promise.all([admin.connect(), producer.connect()])
  await newTopics(admin, { [topic]: partitions, [deadLetters]: 1 })
  onTestFinished(async () => {
    await producer.disconnect()
    await admin.disconnect()
  })
  return {
    topic,
    brokers,
    createTopic: (name: string) => newTopics(admin, { [name]: 1 }),
    send: (messages: Message[], compression = CompressionTypes.None) =>
      producer.send({ topic, messages, compression }),
    deadLetters: async (): Promise<ConsumedRecord[]> => {
      const found: ConsumedRecord[] = []
      for await (const records of readLog(kafka, { topic: deadLetters })) found.push(...records)
      return found
    },
    /** Records of the topic that its group has not committed. */
    lag: async (): Promise<number> => {
      const [{ end }, committed] = [
        await logRange(admin, topic),
        await committedOffsets(admin, consumerGroup(topic), topic),
      ]
      return [...end].reduce((sum, [partition, offset]) => sum + offset - (committed.get(partition) ?? 0), 0)
    },
  }
}

export type TestTopic = Awaited<ReturnType<typeof testTopic>>

export const environmentFor = ({ topic, brokers }: TestTopic, sink: string) => ({
  KAFKA_BROKERS: brokers,
  TOPICS: topic,
  SINK_URL: sink,
  BACKOFF_DELAY_MS: '10',
  BACKOFF_POLICY: 'linear',
  COMMIT_INTERVAL_MS: '50',
})

/** A source in this process that delivers the topic to a sink with this script. */
export async function deliverTo(script: Script, topic: TestTopic, more: Record<string, string> = {}) {
  const sink = await startSink(script)
  const settings = readSettings({ ...environmentFor(topic, sink.url), ...more })
  const metrics = createMetrics('source')
  const source = startSources(settings, kafkaClient('test', settings, SILENT), SILENT, metrics)
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= source.close()
    return closed
  }
  onTestFinished(async () => {
    await close()
    await sink.close()
  })
  return { sink, source, metrics, close }
}

/** `count` valid events with the ids 0, 1, … */
export const events = (count: number): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    key: `P${index}`,
    value: `{"n":${index}}`,
    headers: {
      ce_specversion: '1.0',
      ce_id: String(index),
      ce_source: '/ingest/test',
      ce_type: 'com.blackfriday.venta.v1',
      'content-type': 'application/json',
    },
  }))

export const settled = (topic: TestTopic) =>
  vi.waitFor(async () => {
    const lag = await topic.lag()
    if (lag > 0) throw new Error(`${lag} records are not committed`)
  }, DEADLINE)
