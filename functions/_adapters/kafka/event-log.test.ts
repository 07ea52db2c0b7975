import { randomUUID } from 'node:crypto'
import { Kafka as SdkKafka } from 'cloudevents'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { withTopics } from '../../_runtime/settings.ts'
import { memoryLog } from '../../_testing/ports.ts'
import { recordOf } from '../cloudevents/kafka-record.ts'
import { kafkaClient } from './connect.ts'
import { type EventLog, kafkaLog } from './event-log.ts'

const brokers = [inject('kafkaBrokers')]
const topic = `sales-${randomUUID()}`
const [sales] = withTopics(domains, { KAFKA_TOPIC: topic })
if (sales === undefined) throw new Error('no domain')
const event = (id: string) => ({
  id,
  source: '/ingest/0123456789ab',
  time: '2026-11-27T12:00:00Z',
  domain: sales,
  value: { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 },
})
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
let log: EventLog

beforeAll(async () => {
  const admin = kafka.admin()
  await admin.createTopics({ topics: [{ topic, numPartitions: 6 }] })
  await admin.disconnect()
  log = kafkaLog(kafkaClient('test', { KAFKA_BROKERS: brokers }, memoryLog()), memoryLog())
})
afterAll(() => log.close())

describe('the log in Kafka', () => {
  it('stores a batch as CloudEvents that are plain JSON to older consumers', async () => {
    await expect.poll(() => log.readiness()).toBeUndefined()
    expect(await log.append([event('1'), event('2')])).toEqual([undefined, undefined])
    const consumer = kafka.consumer({ groupId: randomUUID() })
    const read: { key: string; value: string; headers: Record<string, string> }[] = []
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])
        read.push({
          key: String(message.key),
          value: String(message.value),
          headers: Object.fromEntries(headers),
        })
      },
    })
    await expect.poll(() => read.length, { timeout: 20_000 }).toBe(2)
    await consumer.disconnect()
    expect(read[0]).toEqual({
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
    const { key, value, headers } = recordOf(event('1'))
    const message = { key, value, body: value, headers, timestamp: '' }
    const read = SdkKafka.toEvent(message)
    expect(read).toMatchObject({ id: '1', type: 'com.blackfriday.venta.v1', data: event('1').value })
  })

  it('answers unavailable for events of a topic that is not there, and for those alone, and while Kafka is away', async () => {
    const missing = { ...event('1'), domain: { ...sales, topic: `none-${randomUUID()}` } }
    const outcomes = await log.append([event('2'), missing, event('3')])
    expect(outcomes.map((outcome) => outcome?.code)).toEqual([undefined, 'unavailable', undefined])
    const away = kafkaLog(kafkaClient('test', { KAFKA_BROKERS: ['127.0.0.1:1'] }, memoryLog()), memoryLog())
    expect(away.readiness()).toBe('not connected to Kafka yet')
    await expect(away.append([event('1')])).rejects.toMatchObject({ code: 'unavailable' })
    await away.close()
  })
})
