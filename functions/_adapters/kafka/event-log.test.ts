import { randomUUID } from 'node:crypto'
import { type CloudEventV1, Kafka as SdkKafka } from 'cloudevents'
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Domain } from '../../_core/domain.ts'
import { domains } from '../../_core/domains/index.ts'
import type { Event } from '../../_core/event.ts'
import { withTopics } from '../../_runtime/settings.ts'
import { memoryLog } from '../../_testing/ports.ts'
import { recordOf } from '../cloudevents/kafka-record.ts'
import { kafkaClient } from './connect.ts'
import { type EventLog, kafkaLog } from './event-log.ts'
import type { RecordForm } from './record-writer.ts'

const PARTITIONS = 6
const brokers = [inject('kafkaBrokers')]
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
const logs: EventLog[] = []

const openLog = (form: RecordForm, at = brokers): EventLog => {
  const client = kafkaClient('test', { KAFKA_BROKERS: at }, memoryLog())
  const log = kafkaLog(client, memoryLog(), { form, instance: '0123456789ab' })
  logs.push(log)
  return log
}

const salesAt = (topic: string): Domain => {
  const [sales] = withTopics(domains, { KAFKA_TOPIC: topic })
  if (sales === undefined) throw new Error('no domain')
  return sales
}

/** A topic of the test's own, and the domain that has it. */
async function newDomain(): Promise<Domain> {
  const topic = `sales-${randomUUID()}`
  const admin = kafka.admin()
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }] })
  await admin.disconnect()
  return salesAt(topic)
}

const eventOf = (domain: Domain, id: string, producto_id = 'P1'): Event => ({
  id,
  source: '/ingest/0123456789ab',
  time: '2026-11-27T12:00:00Z',
  domain,
  value: { categoria: 1, producto_id, precio: 40.5, cantidad_vendida: 3 },
})

interface Read extends Pick<KafkaMessage, 'key' | 'value'> {
  readonly partition: number
  readonly headers: Record<string, string>
}

/** All that a topic holds. */
async function readTopic({ topic }: Domain): Promise<Read[]> {
  const admin = kafka.admin()
  const offsets = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const count = offsets.reduce((sum, { high }) => sum + Number(high), 0)
  const consumer = kafka.consumer({ groupId: randomUUID() })
  const read: Read[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message: { key, value, headers } }) => {
      const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])
      read.push({ partition, key, value, headers: Object.fromEntries(texts) })
    },
  })
  await vi.waitFor(() => expect(read).toHaveLength(count), { timeout: 20_000 })
  await consumer.disconnect()
  return read
}

const isPackedRecord = ({ headers }: Read): boolean => headers.ce_type === 'com.caudal.lote.v1'

const eventsIn = ({ value, headers }: Read): CloudEventV1<{ producto_id: string }>[] => {
  const message = { key: '', value, body: String(value), headers, timestamp: '' }
  const { data } = SdkKafka.toEvent(message) as CloudEventV1<CloudEventV1<{ producto_id: string }>[]>
  return data ?? []
}

let packed: EventLog
let single: EventLog
beforeAll(async () => {
  packed = openLog('packed')
  single = openLog('single')
  const isReady = () => logs.every((log) => log.readiness() === undefined)
  await vi.waitFor(() => expect(isReady()).toBe(true), { timeout: 20_000 })
})
afterAll(() => Promise.all(logs.map((log) => log.close())))

describe('the log in Kafka, packed', () => {
  it('stores a whole send in one record, which the CloudEvents SDK reads', async () => {
    const domain = await newDomain()
    const odd = { ...eventOf(domain, '日本 50%"\u0001'), source: '/tienda/ñ' }
    expect(await packed.append([eventOf(domain, '1'), odd])).toEqual([undefined, undefined])
    const [record] = await readTopic(domain)
    if (record === undefined) throw new Error('no record')
    expect(record.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: String(record.key),
      ce_source: '/lote/0123456789ab',
      ce_type: 'com.caudal.lote.v1',
      'content-type': 'application/json',
    })
    expect(eventsIn(record)).toMatchObject([
      { id: '1', source: '/ingest/0123456789ab', type: domain.type, data: eventOf(domain, '1').value },
      { id: odd.id, source: odd.source, time: odd.time },
    ])
  })

  it('spreads records over the partitions', async () => {
    const domain = await newDomain()
    for (let id = 0; id < 30; id++) await packed.append([eventOf(domain, String(id))])
    const partitions = new Set((await readTopic(domain)).map(({ partition }) => partition))
    expect(partitions.size).toBeGreaterThan(PARTITIONS / 2)
  })

  it('answers unavailable for events of a topic that is not there, and for those alone, and while Kafka is away', async () => {
    const domain = await newDomain()
    const missing = eventOf(salesAt(`none-${randomUUID()}`), '1')
    const outcomes = await packed.append([eventOf(domain, '2'), missing, eventOf(domain, '3')])
    expect(outcomes.map((outcome) => outcome?.code)).toEqual([undefined, 'unavailable', undefined])
    const away = openLog('packed', ['127.0.0.1:1'])
    expect(away.readiness()).toBe('not connected to Kafka yet')
    await expect(away.append([eventOf(domain, '1')])).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('the log in Kafka, packed and ordered', () => {
  const KEYS = Array.from({ length: 20 }, (_, index) => `P${index}`)
  const SENDS = 12

  it('keeps each key in order and where the default partitioner puts it, with several sends in flight', async () => {
    const domain = { ...(await newDomain()), ordered: true as const }
    const send = (log: EventLog, round: number) =>
      log.append(KEYS.map((key) => eventOf(domain, `${key} ${round}`, key)))
    const outcomes = await Promise.all(Array.from({ length: SENDS }, (_, round) => send(packed, round)))
    outcomes.push(await send(single, SENDS))
    expect(outcomes.flat()).toEqual(outcomes.flat().map(() => undefined))
    const records = await readTopic(domain)
    const seen = new Map<string, { partitions: Set<number>; ids: string[] }>()
    for (const record of records) {
      const events = isPackedRecord(record) ? eventsIn(record) : [{ id: record.headers.ce_id ?? '' }]
      for (const { id } of events) {
        const key = id.slice(0, id.indexOf(' '))
        const { partitions, ids } = seen.get(key) ?? { partitions: new Set(), ids: [] }
        seen.set(key, { partitions: partitions.add(record.partition), ids: [...ids, id] })
      }
    }
    for (const [key, { partitions, ids }] of seen) {
      expect([partitions.size, ids]).toEqual([
        1,
        [...Array(SENDS + 1).keys()].map((round) => `${key} ${round}`),
      ])
    }
    // The first send does not know the partitions yet; each other has a record for each partition that it needs.
    const used = new Set(records.map(({ partition }) => partition)).size
    expect(records.filter(isPackedRecord)).toHaveLength(KEYS.length + (SENDS - 1) * used)
  })
})

describe('the log in Kafka, single', () => {
  it('stores events as CloudEvents that are plain JSON to older consumers', async () => {
    const domain = await newDomain()
    expect(await single.append([eventOf(domain, '1'), eventOf(domain, '2')])).toEqual([undefined, undefined])
    const [read] = await readTopic(domain)
    expect({ key: String(read?.key), value: String(read?.value), headers: read?.headers }).toEqual({
      key: 'P1',
      value: '{"categoria":1,"producto_id":"P1","precio":40.5,"cantidad_vendida":3}',
      headers: {
        ce_specversion: '1.0',
        ce_id: '1',
        ce_source: '/ingest/0123456789ab',
        ce_type: 'com.blackfriday.venta.v1',
        ce_time: '2026-11-27T12:00:00Z',
        'content-type': 'application/json',
      },
    })
  })

  it('writes what the CloudEvents SDK reads', () => {
    const event = eventOf(salesAt('t'), '1')
    const { key, value, headers } = recordOf(event)
    const message = { key, value, body: value, headers, timestamp: '' }
    const read = SdkKafka.toEvent(message)
    expect(read).toMatchObject({ id: '1', type: 'com.blackfriday.venta.v1', data: event.value })
  })

  it('refuses what headers cannot carry, and stores the rest', async () => {
    const domain = await newDomain()
    const outcomes = await single.append([eventOf(domain, '50%'), eventOf(domain, '51')])
    expect(outcomes).toMatchObject([{ code: 'identity', fields: [{ field: 'id' }] }, undefined])
    expect(await readTopic(domain)).toHaveLength(1)
  })
})
