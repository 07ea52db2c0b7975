/** The log, and what Valkey counted of it, where an Idempotency-Key came with two contents. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, expect, inject, it } from 'vitest'
import { recordOf } from '../../functions/_adapters/cloudevents/kafka-record.ts'
import { valkeyCounter } from '../../functions/_adapters/valkey/counter/counter.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import type { Event } from '../../functions/_core/event.ts'
import { idempotencySource } from '../../functions/_core/idempotency.ts'
import { registryOf } from '../../functions/_core/registry.ts'
import { withTopics } from '../../functions/_runtime/settings.ts'
import { saleOf } from '../../functions/_testing/counter-suite.ts'
import { newTopics } from '../tests/support/new-topics.ts'
import { accountFor } from './offset-range.ts'

const brokers = [inject('kafkaBrokers')]
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
const valkey = new Redis(inject('valkeyUrl'))
afterAll(() => valkey.disconnect())

it('tells the content that was counted from the other, whatever their order in the log', async () => {
  const topic = `sales-${randomUUID()}`
  const admin = kafka.admin()
  await newTopics(admin, { [topic]: 1 })
  await admin.disconnect()
  const own = withTopics(domains, { KAFKA_TOPIC: topic })
  const [domain] = own
  if (domain === undefined) throw new Error('no domain')
  const keyed = (precio: number): Event => ({
    ...saleOf('k', { precio }),
    source: idempotencySource(domain),
    domain,
  })
  const events = [keyed(2), keyed(1), keyed(1), { ...saleOf(7), domain }]
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: events.map(recordOf) })
  await producer.disconnect()
  const prefix = `${topic}:`
  await valkeyCounter(valkey, { prefix }).apply([keyed(1), { ...saleOf(7), domain }])
  const counted: Event[] = []
  const reader = { kafka, valkey, registry: registryOf(own), prefix, generations: new Map() }
  const account = await accountFor(
    reader,
    [{ topic }],
    { atMs: 0, bits: new Map() },
    async (some) => void counted.push(...some),
  )
  expect(account).toMatchObject({ inKafka: 4, duplicates: 2 })
  expect(counted.map(({ id, value }) => [id, value.precio])).toEqual([
    ['k', 1],
    ['7', 40.5],
  ])
})
