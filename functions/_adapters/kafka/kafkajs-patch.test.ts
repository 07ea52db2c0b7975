/**
 * The patch of kafkajs is in force, and changes what the library costs but not what it says: the golden bytes were
 * written by the unpatched 2.2.4. Kafka's format of them: https://kafka.apache.org/documentation/#recordbatch
 */
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { KafkaMessage, Message } from 'kafkajs'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

interface Queue {
  push(request: { entry: object; expectResponse: boolean; sendRequest: () => void }): void
  fulfillRequest(response: { correlationId: number }): void
  maybeThrottle(milliseconds: number): void
}

const require = createRequire(import.meta.url)
const produce: (settings: object) => { encode: () => Promise<{ buffer: Buffer }> } =
  require('kafkajs/src/protocol/requests/produce/v7/request.js')
const RequestQueue: new (options: object) => Queue = require('kafkajs/src/network/requestQueue/index.js')
const Decoder: new (bytes: Buffer) => object = require('kafkajs/src/protocol/decoder.js')
const decode: (from: object) => Promise<{ records: KafkaMessage[] }> =
  require('kafkajs/src/protocol/recordBatch/v0/decoder.js')
const murmur2: (key: string) => number = require('kafkajs/src/producer/partitioners/default/murmur2.js')

async function encode(messages: readonly Message[]): Promise<Buffer> {
  const topicData = [{ topic: 't', partitions: [{ partition: 2, firstSequence: 7, messages }] }]
  const settings = { acks: -1, timeout: 30_000, producerId: 9, producerEpoch: 1, topicData }
  return (await produce(settings).encode()).buffer
}

const sale: Message = {
  key: 'P1',
  value: '{"categoria":1,"producto_id":"P1","precio":40.5,"cantidad_vendida":3}',
  timestamp: '1764331200000',
  headers: { ce_specversion: '1.0', ce_id: '17', ce_type: 'com.blackfriday.venta.v1' },
}
const odd: Message[] = [
  { key: null, value: null, timestamp: '1764331200000' },
  { key: 'ñandú', value: '😀 €', timestamp: '1764331199936', headers: { clé: ['é', Buffer.from([0, 255])] } },
  { key: Buffer.from([128]), value: '', timestamp: '9', headers: { none: [], empty: '' } },
  { key: '\ud800', value: 'beyond 32 bits', timestamp: '9007199254740991' },
]
/** Around the lengths where a varint or the buffer of a record gets longer, or a string is no longer short. */
const edges = [0, 53, 54, 55, 56, 63, 64, 127, 128, 129, 8_180, 8_181, 8_182, 8_183, 8_191, 8_192, 70_000]

const hex = (lines: string) => lines.replaceAll(/\s/g, '')
const golden = {
  sale: hex(`
    ffffffff00007530000000010001740000000100000002000000ca0000000000000000000000be00000000026bf95a7500000000
    00000000019aca559e000000019aca559e0000000000000000090001000000070000000196020000000450318a017b2263617465
    676f726961223a312c2270726f647563746f5f6964223a225031222c2270726563696f223a34302e352c2263616e74696461645f
    76656e64696461223a337d061c63655f7370656376657273696f6e06312e300a63655f69640431370e63655f7479706530636f6d
    2e626c61636b6672696461792e76656e74612e7631`),
  odd: hex(`
    ffffffff000075300000000100017400000001000000020000009e000000000000000000000092000000000241b40b6100000000
    00030000019aca559dc0001fffffffffffff0000000000000009000100000007000000040e008001000101004a0000020ec3b161
    6e64c3ba10f09f988020e282ac0408636cc3a904c3a908636cc3a90400ff2600edf6aca5d96604028000020a656d707479003c00
    fe88d3daa699ff1f0606efbfbd1c6265796f6e64203332206269747300`),
  edgesOfAscii: '2f554c54396e23e0b72d64fc68d7d301afa3830df44f1d49896bb39458a2158b',
  edgesOfMultiByte: '042e9c5aafc3e4c30e438c67eff5a5aea5112e9ffc827fa7535f47ae4570abcb',
  /** key:hash */
  murmur2:
    ':275646681 P:337744091 P1:573694915 P12:-643456962 P123:-1906116646 ñandú:-1915788724 😀:131881617',
}

describe('bytes on the wire', () => {
  test('a sale with its CloudEvents headers', async () => {
    expect((await encode([sale])).toString('hex')).toBe(golden.sale)
  })

  test('null, multi-byte, binary and repeated headers, negative and long timestamps', async () => {
    expect((await encode(odd)).toString('hex')).toBe(golden.odd)
  })

  test.each(['a', 'é'])('lengths around each edge, of %s', async (letter) => {
    const messages = edges.map((length) => ({ ...sale, value: letter.repeat(length) }))
    expect(
      createHash('sha256')
        .update(await encode(messages))
        .digest('hex'),
    ).toBe(letter === 'a' ? golden.edgesOfAscii : golden.edgesOfMultiByte)
  })

  test('keys go to the partitions that they went to', () => {
    for (const [key = '', hash] of golden.murmur2.split(' ').map((pair) => pair.split(':')))
      expect(murmur2(key)).toBe(Number(hash))
  })

  test('what is read is what was written', async () => {
    const request = await encode([...odd, { ...sale, headers: { constructor: 'a', b: ['1', '2'] } }])
    const batch = request.subarray(request.indexOf(Buffer.alloc(8)))
    batch.writeBigInt64BE(2n ** 53n - 2n) // the base offset, as the broker sets it
    const { records } = await decode(new Decoder(batch))
    expect(records.map((record) => BigInt(record.offset) - 2n ** 53n)).toEqual([-2n, -1n, 0n, 1n, 2n])
    expect(records).toMatchObject([...odd, sale].map(({ timestamp }) => ({ timestamp })))
    expect(records[1]?.headers).toEqual({ clé: [Buffer.from('é'), Buffer.from([0, 255])] })
    expect(records[4]?.headers).toMatchObject({ b: [Buffer.from('1'), Buffer.from('2')] })
  })
})

describe('request queue', () => {
  beforeEach(() => void vi.useFakeTimers())
  // In this order: the spy below is put on a false setTimeout, and would put that back.
  afterEach(() => void vi.restoreAllMocks().useRealTimers())

  const open = (maxInFlightRequests: number | null) => {
    const queue = new RequestQueue({ maxInFlightRequests, requestTimeout: 1_000, logger: { debug() {} } })
    const sent: number[] = []
    const push = (correlationId: number) => {
      const entry = { correlationId, resolve: () => {} }
      queue.push({ entry, expectResponse: true, sendRequest: () => sent.push(correlationId) })
    }
    return { queue, sent, push, answer: (correlationId: number) => queue.fulfillRequest({ correlationId }) }
  }

  test('idle, it arms no timer', () => {
    const { push, answer } = open(null)
    push(1)
    answer(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('throttled, it sends what is pending when the time is over, then is idle', () => {
    const { queue, sent, push } = open(null)
    queue.maybeThrottle(50)
    push(1)
    vi.advanceTimersByTime(49)
    expect(sent).toEqual([])
    vi.advanceTimersByTime(2)
    expect(sent).toEqual([1])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('full, it sends the next one on an answer, and no delay is negative', () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const { sent, push, answer } = open(1)
    push(1)
    push(2)
    vi.advanceTimersByTime(100)
    answer(1)
    expect(sent).toEqual([1, 2])
    vi.advanceTimersByTime(100)
    expect(vi.getTimerCount()).toBe(0)
    expect(timers.mock.calls.every(([, delay = 0]) => delay > 0)).toBe(true)
  })
})
