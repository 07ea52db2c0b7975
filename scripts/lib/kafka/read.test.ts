import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { newTopics } from '../../tests/support/new-topics.ts'
import { committedOffsets, logRange } from './offsets.ts'
import { type OffsetRange, readLog } from './read.ts'

const kafka = new Kafka({ brokers: [inject('kafkaBrokers')], logLevel: logLevel.NOTHING })
const admin = kafka.admin()
const producer = kafka.producer({
  createPartitioner: Partitioners.DefaultPartitioner,
  transactionalId: randomUUID(),
  maxInFlightRequests: 1,
  idempotent: true,
})
const topic = `range-${randomUUID()}`
const PARTITIONS = [0, 1, 2]
const EACH = 200
const COMMITTED_MS = 10_000
/** Two transactions, each with its marker. */
const END = 2 * (EACH + 1)

beforeAll(async () => {
  await admin.connect()
  await producer.connect()
  await newTopics(admin, { [topic]: PARTITIONS.length })
  // A transaction ends with a marker, which has an offset but is no record.
  for (let round = 0; round < 2; round++) {
    const transaction = await producer.transaction()
    const messages = PARTITIONS.flatMap((partition) =>
      Array.from({ length: EACH }, (_, index) => ({
        partition,
        key: `key ${partition}`,
        value: `${round} ${index}`,
        headers: { 'content-type': 'text/plain' },
      })),
    )
    await transaction.send({ topic, messages })
    await transaction.commit()
  }
  // Kafka confirms a commit before it has marked every partition.
  const marked = async () =>
    expect([...(await logRange(admin, topic)).end.values()]).toEqual(Array(3).fill(END))
  await vi.waitFor(marked, { timeout: 20_000, interval: 20 })
})
afterAll(async () => {
  await producer.disconnect()
  await admin.disconnect()
})

async function offsetsOf(range: Omit<OffsetRange, 'topic'>): Promise<Map<number, number[]>> {
  const seen = new Map<number, number[]>()
  for await (const records of readLog(kafka, { topic, ...range })) {
    for (const { partition, offset } of records) seen.set(partition, [...(seen.get(partition) ?? []), offset])
  }
  return seen
}
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

test('a whole topic, past transaction markers, and then it ends', async () => {
  const seen = await offsetsOf({})
  const expected = [...range(0, EACH), ...range(EACH + 1, 2 * EACH + 1)]
  expect(seen).toEqual(new Map(PARTITIONS.map((partition) => [partition, expected])))
})

test('a range of one partition', async () => {
  const seen = await offsetsOf({ from: new Map([[1, 190]]), to: new Map([[1, 210]]) })
  expect(seen).toEqual(new Map([[1, [...range(190, 200), ...range(201, 210)]]]))
})

test('nothing to read is nothing read', async () => {
  expect(await offsetsOf({ from: new Map([[1, 50]]), to: new Map([[1, 50]]) })).toEqual(new Map())
  const { end } = await logRange(admin, topic)
  expect(await offsetsOf({ from: end })).toEqual(new Map())
})

test('records come whole', async () => {
  for await (const [record] of readLog(kafka, { topic, from: new Map([[2, 7]]), to: new Map([[2, 8]]) })) {
    expect(record).toMatchObject({ topic, partition: 2, offset: 7 })
    expect([record?.key, record?.value, record?.headers['content-type']].map(String)).toEqual([
      'key 2',
      '0 7',
      'text/plain',
    ])
    expect(Math.abs(Date.now() - Number(record?.timestampMs))).toBeLessThan(60_000)
  }
})

test('it leaves no group behind, and a reader may stop early', async () => {
  for await (const records of readLog(kafka, { topic })) {
    expect(records.length).toBeGreaterThan(0)
    break
  }
  const { groups } = await admin.listGroups()
  expect(groups.filter(({ groupId }) => groupId.includes(topic))).toEqual([])
})

test('where a topic and a group are', async () => {
  const { start, end } = await logRange(admin, topic)
  expect([...start.values(), ...end.values()]).toEqual([0, 0, 0, ...PARTITIONS.map(() => END)])
  const groupId = `group-${randomUUID()}`
  expect(await committedOffsets(admin, groupId, topic)).toEqual(new Map())
  const transaction = await producer.transaction()
  const topics = [{ topic, partitions: [{ partition: 1, offset: '5' }] }]
  await transaction.sendOffsets({ consumerGroupId: groupId, topics })
  await transaction.commit()
  // Kafka answers the commit before its markers are written.
  await expect
    .poll(() => committedOffsets(admin, groupId, topic), { timeout: COMMITTED_MS })
    .toEqual(new Map([[1, 5]]))
  await admin.deleteGroups([groupId])
})
