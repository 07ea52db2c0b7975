import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { expect, inject, test, vi } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { deadLetterTopic } from '../../_core/registry.ts'
import { logPositions } from './positions.ts'

const kafka = new Kafka({ brokers: [inject('kafkaBrokers')], logLevel: logLevel.NOTHING })
const MADE_MS = 20_000

test('how long a topic is, how far its reader is, and what is in its dead letter topic', async () => {
  const [usual] = domains
  if (usual === undefined) throw new Error('no domain')
  const topic = `positions-${randomUUID()}`
  const admin = kafka.admin()
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await admin.connect()
  await producer.connect()
  const topics = [topic, deadLetterTopic(topic)].map((name) => ({ topic: name, numPartitions: 2 }))
  await admin.createTopics({ topics, waitForLeaders: false })
  const send = async (name: string, partition: number, count: number): Promise<void> => {
    const messages = Array.from({ length: count }, () => ({ partition, key: 'k', value: 'v' }))
    await vi.waitFor(() => producer.send({ topic: name, messages }), { timeout: MADE_MS })
  }
  await send(topic, 0, 7)
  await send(topic, 1, 3)
  await send(deadLetterTopic(topic), 1, 2)
  const group = `reads-${topic}`
  await vi.waitFor(
    () => admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '5' }] }),
    { timeout: MADE_MS },
  )
  const positions = logPositions(kafka, [{ ...usual, topic }], () => group)
  expect(await positions.read()).toEqual([
    {
      topic,
      partitions: [
        { partition: 0, low: 0, end: 7, committed: 5 },
        { partition: 1, low: 0, end: 3, committed: 0 },
      ],
      deadLetters: 2,
    },
  ])
  await positions.close()
  await producer.disconnect()
  await admin.disconnect()
})

test('a Kafka that is away is an error, and asked again the next time', async () => {
  const nobody = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  const positions = logPositions(nobody, domains, () => 'group')
  await expect(positions.read()).rejects.toThrow()
  await expect(positions.read()).rejects.toThrow()
  await positions.close()
})
