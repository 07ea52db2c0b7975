/** Records of other producers that would stop a reader, or whose dead letters would not fit: each goes its way, later ones count. */
import { Redis } from 'ioredis'
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { TOPIC_BATCH_BYTES } from '../../../functions/_core/limits.ts'
import { logRange } from '../../lib/kafka/offsets.ts'
import { readLog } from '../../lib/kafka/read.ts'
import { headerText } from '../../lib/kafka/record.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'
import { produceByJava } from '../support/java-producer.ts'

const ARRIVES = { timeout: 60_000 }
/** What a batch, a record in it and their lengths take (message format v2). */
const FRAME_BYTES = 80
const EACH = 500

let stack: TestStack
let valkey: Redis
let producer: Producer
const brokers = inject('kafkaBrokers')
const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
beforeAll(async () => {
  stack = await startTestStack({ brokers, valkeyUrl: inject('valkeyUrl') })
  valkey = new Redis(inject('valkeyUrl'), { keyPrefix: stack.prefix })
  producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, retry: { retries: 0 } })
  await producer.connect()
}, 120_000)
afterAll(async () => {
  await producer.disconnect()
  valkey.disconnect()
  await stack.stop()
})

const topicOf = (name: string): string => stack.domains.find((domain) => domain.name === name)?.topic ?? ''
const voteFor = (name: string): string => JSON.stringify({ name, album: 'Signos', year: 1986, rank: 1 })

it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
  'counts records in %s, as Java writes them',
  async (compression) => {
    await produceByJava({ brokers, topic: topicOf('votes'), compression }, EACH, [voteFor(compression)])
    await expect.poll(() => valkey.zscore('votos:banda', compression), ARRIVES).toBe(String(EACH))
  },
)

it('keeps fifty records of the longest kind as dead letters, whole, and counts what comes behind', async () => {
  const topic = topicOf('sales')
  const value = Buffer.alloc(TOPIC_BATCH_BYTES - FRAME_BYTES, 'x')
  for (let sent = 0; sent < 50; sent++) await producer.send({ topic, messages: [{ value }] })
  const tooLong = Buffer.alloc(TOPIC_BATCH_BYTES + 1, 'x')
  await expect(producer.send({ topic, messages: [{ value: tooLong }] })).rejects.toThrow(/larger/)
  const sale = JSON.stringify({ producto_id: 'behind', categoria: 1, precio: 1, cantidad_vendida: 1 })
  await producer.send({ topic, messages: Array.from({ length: 12 }, () => ({ value: sale })) })
  await expect.poll(() => valkey.zscore('ranking:global', 'behind'), ARRIVES).toBe('12')
  const deadLetters = `${topic}-dead-letter`
  const admin = kafka.admin()
  await admin.connect()
  const kept = async () => [...(await logRange(admin, deadLetters)).end.values()].reduce((a, b) => a + b, 0)
  await expect.poll(kept, ARRIVES).toBe(50)
  await admin.disconnect()
  const lengths = new Set<number | undefined>()
  for await (const records of readLog(kafka, { topic: deadLetters })) {
    for (const { value, headers } of records) {
      lengths.add(value?.length)
      expect(headerText(headers.ce_knativeerrorcode)).toMatch(/^4(00|13|22)$/)
    }
  }
  expect([...lengths]).toEqual([value.length])
})
