/** Every form that a record may have, in one topic: each event is counted once, and the ledger says the same. */
import { CloudEvent, Kafka as SdkKafka } from 'cloudevents'
import { Redis } from 'ioredis'
import kafkajs, { Kafka, logLevel, type Message } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { PACKED_TYPE } from '../../../functions/_adapters/cloudevents/packed-record.ts'
import { readSnapshot } from '../../../functions/_adapters/valkey/snapshot.ts'
import { idempotencySource } from '../../../functions/_core/idempotency.ts'
import { dedupeKeyOf } from '../../../functions/_core/keys.ts'
import { EVENT_FUTURE_MS } from '../../../functions/_core/limits.ts'
import { deadLetterTopic, registryOf } from '../../../functions/_core/registry.ts'
import { dedupeKeysNow } from '../../ledger/dedupe-keys.ts'
import { accountFor, uncountedDeadLetters } from '../../ledger/offset-range.ts'
import { countedIn, recountFrom } from '../../ledger/recount.ts'
import { readLog } from '../../lib/kafka/read.ts'
import { headerText } from '../../lib/kafka/record.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

const ARRIVES = { timeout: 30_000 }
const SALE = { categoria: 1, producto_id: 'P1', precio: 1, cantidad_vendida: 1 }
const TYPE = 'com.blackfriday.venta.v1'
const TIME = '2026-11-27T12:00:00Z'

let stack: TestStack
let valkey: Redis
let kafka: Kafka
beforeAll(async () => {
  const servers = { brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') }
  stack = await startTestStack(servers)
  valkey = new Redis(servers.valkeyUrl)
  kafka = new Kafka({ brokers: [servers.brokers], logLevel: logLevel.NOTHING })
}, 120_000)
afterAll(async () => {
  valkey.disconnect()
  await stack.stop()
})

const eventOf = (id: string, change: object = {}) => ({
  specversion: '1.0',
  id,
  source: '/otra',
  type: TYPE,
  time: TIME,
  data: { ...SALE, ...change },
})

const binary = (id: string): Message => {
  const { headers, value } = SdkKafka.binary(
    new CloudEvent({ ...eventOf(id), datacontenttype: 'application/json' }),
  )
  return { value: JSON.stringify(value), headers: headers as Record<string, string> }
}
const structured = (id: string): Message => ({
  value: JSON.stringify(eventOf(id)),
  headers: { 'content-type': 'application/cloudevents+json' },
})
const packed = (id: string, batch: unknown): Message => ({
  value: typeof batch === 'string' ? batch : JSON.stringify(batch),
  headers: {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: '/otro-productor',
    ce_type: PACKED_TYPE,
    'content-type': 'application/json',
  },
})

const snapshot = () => readSnapshot(valkey, stack.domains, { prefix: stack.prefix })
const ledgerReader = () => ({
  kafka,
  valkey,
  registry: registryOf(stack.domains),
  prefix: stack.prefix,
  generations: new Map(),
})

it('counts each event once, keeps what can never be counted, and reconciles', async () => {
  const [domain] = stack.domains
  if (domain === undefined) throw new Error('there is no domain')
  const then = await dedupeKeysNow(valkey, stack.prefix)
  const producer = kafka.producer()
  await producer.connect()
  const messages = [
    { value: JSON.stringify(SALE) },
    { key: 'P1', value: JSON.stringify({ ...SALE, categoria: 'ropa' }) },
    binary('50%'),
    binary('a%20b'),
    binary('a b'),
    structured('s1'),
    // 50% again, one that is new, one that is refused, and what is no event.
    packed('1', [eventOf('50%'), eventOf('日本'), eventOf('malo', { precio: -1 }), 7]),
    packed('2', [eventOf('日本'), eventOf('中国')]),
    packed('3', 'hola'),
  ]
  for (const message of messages) await producer.send({ topic: domain.topic, messages: [message] })
  const response = await fetch(`${stack.url.ingest}/venta`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(SALE),
  })
  expect(response.status).toBe(200)
  await producer.disconnect()

  const counted = 9
  await expect.poll(async () => countedIn(await snapshot(), stack.domains), ARRIVES).toBe(counted)
  const deadTopic = deadLetterTopic(domain.topic)
  const deadLetters = async () => {
    const found = []
    for await (const records of readLog(kafka, { topic: deadTopic })) found.push(...records)
    return found
  }
  await expect.poll(async () => (await deadLetters()).length, ARRIVES).toBe(2)
  const reasons = (await deadLetters()).map(({ headers }) => [
    headerText(headers.ce_knativeerrorcode),
    JSON.parse(Buffer.from(headerText(headers.ce_knativeerrordata), 'base64').toString()),
  ])
  expect(reasons).toMatchObject(
    expect.arrayContaining([
      [
        '422',
        expect.objectContaining({
          rechazadas: [
            { indice: 2, source: '/otra', id: 'malo', motivo: expect.stringContaining('precio') },
            { indice: 3, motivo: expect.any(String) },
          ],
        }),
      ],
      ['400', expect.objectContaining({ code: 'malformed' })],
    ]),
  )

  const reader = ledgerReader()
  const recount = recountFrom({}, stack.domains)
  const account = await accountFor(reader, [{ topic: domain.topic }], then, recount.add)
  expect(account).toMatchObject({ records: 10, inKafka: 14, duplicates: 2, elsewhere: { count: 8 } })
  expect(await uncountedDeadLetters(reader, [{ topic: deadTopic }])).toMatchObject({ count: 3 })
  expect(account.counted.has(dedupeKeyOf('/otra', '日本', stack.prefix))).toBe(true)
  expect(recount.compare(await snapshot(), Date.now(), account.untimed === 0).differences).toEqual([])
})

it('a plain record that is dated ahead, on a topic that takes it, counts as of now, and the ledger knows', async () => {
  const [, domain] = stack.domains
  if (domain === undefined) throw new Error('there is no second domain')
  const { topic } = domain
  const then = await dedupeKeysNow(valkey, stack.prefix)
  const recount = recountFrom(await snapshot(), stack.domains)
  const before = countedIn(await snapshot(), stack.domains)
  const plain = (ms: number) => ({
    value: JSON.stringify(domain.examples[0]?.sent),
    timestamp: String(Date.now() + ms),
  })
  const ahead = plain(2 * EVENT_FUTURE_MS)
  const producer = kafka.producer()
  await producer.connect()
  await expect(producer.send({ topic, messages: [ahead] })).rejects.toThrow('timestamp')
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [{ name: 'message.timestamp.after.max.ms', value: String(4 * EVENT_FUTURE_MS) }]
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }]
  await admin.alterConfigs({ validateOnly: false, resources })
  await admin.disconnect()
  const sent = () => producer.send({ topic, messages: [ahead] }).then(() => 'stored', String)
  await expect.poll(sent, ARRIVES).toBe('stored')
  await producer.send({ topic, messages: [plain(0)] })
  await producer.disconnect()

  await expect.poll(async () => countedIn(await snapshot(), stack.domains), ARRIVES).toBe(before + 2)
  const account = await accountFor(ledgerReader(), [{ topic }], then, recount.add)
  expect(account).toMatchObject({ records: 2, untimed: 1 })
  expect(recount.compare(await snapshot(), Date.now(), account.untimed === 0).differences).toEqual([])
})

it('a request that is repeated under its key has a time of its own, and either may be the one that is counted', async () => {
  const [domain] = stack.domains
  if (domain === undefined) throw new Error('there is no domain')
  const { topic } = domain
  const then = await dedupeKeysNow(valkey, stack.prefix)
  const recount = recountFrom(await snapshot(), stack.domains)
  const before = countedIn(await snapshot(), stack.domains)
  const source = idempotencySource(domain)
  const producer = kafka.producer()
  await producer.connect()
  // The ledger reads the partitions one beside the other: the second may be the one it sees first.
  for (const [partition, seconds] of [[5, '01'] as const, [0, '02'] as const]) {
    const event = { ...eventOf('clave'), source, time: `2026-11-27T12:00:${seconds}Z` }
    const headers = { 'content-type': 'application/cloudevents+json' }
    const messages = [{ partition, headers, value: JSON.stringify(event) }]
    await producer.send({ topic, messages })
    await expect.poll(async () => countedIn(await snapshot(), stack.domains), ARRIVES).toBe(before + 1)
  }
  await producer.disconnect()

  const account = await accountFor(ledgerReader(), [{ topic }], then, recount.add)
  expect(account.untimed).toBe(1)
  expect(recount.compare(await snapshot(), Date.now(), account.untimed === 0).differences).toEqual([])
})
