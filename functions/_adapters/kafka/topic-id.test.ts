import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'

const kafka = new Kafka({ brokers: [inject('kafkaBrokers')], logLevel: logLevel.NOTHING })
const admin = kafka.admin()
const topic = `id-${randomUUID()}`
const WAIT = { timeout: 30_000, interval: 50 }

beforeAll(() => admin.connect())
afterAll(() => admin.disconnect())

async function made() {
  await admin.createTopics({ topics: [{ topic, numPartitions: 2 }], waitForLeaders: false })
  return vi.waitFor(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const [metadata] = topics
    if (metadata?.partitions.length !== 2) throw new Error('it is not there yet')
    return metadata
  }, WAIT)
}

it('a topic that was made again has another id, and a producer is told of it', async () => {
  const first = await made()
  expect(first).toMatchObject({ name: topic, partitions: [{ isr: [1], replicas: [1], leader: 1 }, {}] })
  expect(first.topicId).toMatch(/^[\w-]{22}$/)
  expect((await admin.fetchTopicMetadata()).topics.find(({ name }) => name === topic)?.topicId).toBe(
    first.topicId,
  )
  await admin.deleteTopics({ topics: [topic] })
  await vi.waitFor(async () => expect(await admin.listTopics()).not.toContain(topic), WAIT)
  const { topicId } = await made()
  expect(topicId).toMatch(/^[\w-]{22}$/)
  expect(topicId).not.toBe(first.topicId)
  const told = new Set<string | undefined>()
  const producer = kafka.producer({
    createPartitioner: () => (sent) => {
      for (const partition of sent.partitionMetadata) told.add(partition.topicId)
      return Partitioners.DefaultPartitioner()(sent)
    },
  })
  await producer.connect()
  await producer.send({ topic, messages: [{ value: 'x' }] })
  await producer.disconnect()
  expect([...told]).toEqual([topicId])
})
