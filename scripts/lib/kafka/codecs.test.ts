import { randomUUID } from 'node:crypto'
import { CompressionCodecs, CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { compressFrame } from 'lz4-napi'
import { compress } from 'snappy'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { produceByJava } from '../../tests/support/java-producer.ts'
import { newTopics } from '../../tests/support/new-topics.ts'
import { readEveryCompression } from './codecs.ts'
import { readLog } from './read.ts'

const brokers = inject('kafkaBrokers')
const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
const admin = kafka.admin()
beforeAll(() => admin.connect())
afterAll(() => admin.disconnect())

const COUNT = 5_000
/** Long enough for several blocks of each format, and in part random, so that some cannot be compressed. */
const VALUES = Array.from(
  { length: 1_000 },
  (_, index) => `{"n":${index},"text":"${'ñ😀'.repeat(8)}${randomUUID()}"}`,
)

test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])(
  'records in %s, as Java writes them',
  async (compression) => {
    const topic = `codec-${compression}-${randomUUID()}`
    await newTopics(admin, { [topic]: 1 })
    await produceByJava({ brokers, topic, compression }, COUNT, VALUES)
    const known = new Set(VALUES)
    const read = new Set<string>()
    let count = 0
    for await (const records of readLog(kafka, { topic })) {
      count += records.length
      for (const { value } of records) read.add(String(value))
    }
    expect(count).toBe(COUNT)
    expect([...read].filter((value) => !known.has(value))).toEqual([])
    expect(read.size).toBeGreaterThan(VALUES.length / 2)
  },
)

test.each<[string, (text: string) => Promise<Buffer>]>([
  ['snappy in one block, as librdkafka writes it', (text) => compress(text)],
  ['lz4 with checksums', (text) => compressFrame(text, { contentChecksum: true, blockChecksums: true })],
])('%s', async (_name, compressed) => {
  const type = _name.startsWith('lz4') ? CompressionTypes.LZ4 : CompressionTypes.Snappy
  readEveryCompression()
  const batch = await compressed(VALUES.join())
  const codec: { decompress(batch: Buffer): Promise<Buffer> } = CompressionCodecs[type]()
  expect(String(await codec.decompress(batch))).toBe(VALUES.join())
})
