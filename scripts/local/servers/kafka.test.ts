import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVENT_FUTURE_MS, EVENT_PAST_DAYS } from '../../../functions/_core/limits.ts'
import { freePort } from '../../lib/free-port.ts'
import { ensureTopics } from '../../lib/kafka/topics.ts'
import { until } from '../../lib/until.ts'
import { Processes } from '../processes/processes.ts'
import { type KafkaServer, kafkaAnswers, startKafka } from './kafka.ts'

const WAIT_MS = 60_000
const topic = {
  topic: 'sales',
  partitions: 2,
  retentionMs: 3_600_000,
  batchBytes: 1_000_000,
  aheadMs: 300_000,
}
const CONFIG = {
  'retention.ms': '3600000',
  'segment.ms': '43200000',
  'max.message.bytes': '1000000',
  'message.timestamp.after.max.ms': '300000',
}
const MINUTE_MS = 60_000
let dir: string
let server: KafkaServer
const deaths: string[] = []
let processes: Processes

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kafka-'))
  processes = new Processes({ logDir: dir, onDeath: ({ name }) => deaths.push(name) })
  server = await startKafka({ dir: join(dir, 'data'), port: await freePort(), processes })
}, WAIT_MS)

afterAll(async () => {
  await processes.stopAll()
  await rm(dir, { recursive: true })
}, WAIT_MS)

function admin() {
  return new Kafka({ brokers: [server.brokers], logLevel: logLevel.NOTHING }).admin()
}

async function endOffsets(): Promise<number> {
  const client = admin()
  await client.connect()
  const offsets = await client.fetchTopicOffsets(topic.topic)
  await client.disconnect()
  return offsets.reduce((sum, { offset }) => sum + Number(offset), 0)
}

test('topics are made with their partitions and retention, and changed when these change', async () => {
  await ensureTopics(server.brokers, [topic])
  await ensureTopics(server.brokers, [{ ...topic, partitions: 3, retentionMs: 7_200_000 }])
  await ensureTopics(server.brokers, [topic])
  const client = admin()
  await client.connect()
  const { topics } = await client.fetchTopicMetadata({ topics: [topic.topic] })
  const { resources } = await client.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topic.topic, configNames: Object.keys(CONFIG) }],
  })
  await client.disconnect()
  expect(topics[0]?.partitions).toHaveLength(3)
  const values = resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue])
  expect(Object.fromEntries(values ?? [])).toEqual(CONFIG)
})

test('a record that says it was made more than 5 minutes ahead is refused, whoever sends it', async () => {
  await ensureTopics(server.brokers, [{ ...topic, topic: 'dated' }])
  const producer = new Kafka({ brokers: [server.brokers], logLevel: logLevel.NOTHING }).producer()
  await producer.connect()
  const send = (ms: number) =>
    producer
      .send({ topic: 'dated', messages: [{ value: '1', timestamp: String(Date.now() + ms) }] })
      .then(() => 'stored')
      .catch(({ type }: { type?: string }) => type)
  expect(await send(EVENT_FUTURE_MS + MINUTE_MS)).toBe('INVALID_TIMESTAMP')
  expect(await send(EVENT_FUTURE_MS - MINUTE_MS)).toBe('stored')
  expect(await send(-EVENT_PAST_DAYS * 24 * 60 * MINUTE_MS)).toBe('stored')
  await producer.disconnect()
})

test(
  'after kill -9 it is started again, with the records it had acknowledged',
  async () => {
    const producer = new Kafka({ brokers: [server.brokers], logLevel: logLevel.NOTHING }).producer()
    await producer.connect()
    await producer.send({ topic: topic.topic, acks: -1, messages: [{ key: 'a', value: '1' }] })
    await producer.disconnect()
    const { pid } = server
    processes.kill('kafka', 'SIGKILL')
    expect(await until(() => server.pid !== pid && kafkaAnswers(server.brokers), WAIT_MS)).toBe(true)
    expect(deaths).toEqual(['kafka'])
    expect(await endOffsets()).toBe(1)
  },
  WAIT_MS,
)

test(
  'a corrupt data folder is an error that names it and says what to do',
  async () => {
    const broken = join(dir, 'broken')
    await mkdir(join(broken, 'data'), { recursive: true })
    await writeFile(join(broken, 'data/meta.properties'), 'version=1\ncluster.id=other\nnode.id=7\n')
    const start = startKafka({ dir: broken, port: await freePort(), processes, name: 'broken' })
    await expect(start).rejects.toThrow(new RegExp(`${broken}.*--fresh`, 's'))
  },
  WAIT_MS,
)

test('no broker is an error that names the address and the setting', async () => {
  const nowhere = `127.0.0.1:${await freePort()}`
  await expect(ensureTopics(nowhere, [topic])).rejects.toThrow(new RegExp(`${nowhere}.*KAFKA_BROKERS`, 's'))
})
