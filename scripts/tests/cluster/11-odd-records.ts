/** What a KafkaSource writes raw into headers, cannot write at all, or could not keep as a dead letter: all of it goes its way. */
import { describe, expect, test } from 'vitest'
import { TOPIC_BATCH_BYTES } from '../../../functions/_core/limits.ts'
import { send } from '../../deploy/http.ts'
import { hostOf, ingress, newProduct } from './context.ts'
import {
  counted,
  deadLetterOf,
  everythingDelivered,
  expectReason,
  GROUP,
  produce,
  sale,
  TOPIC,
  untilCounted,
} from './kafka.ts'

/** By pairs that become one where characters over U+00FF are `?`, or where percent-encoding is undone. */
const ODD_IDS = [
  '50%',
  '%',
  '50%25',
  '🌎5',
  '🌏5',
  '日本',
  '中国',
  'a\u2028b',
  'a\u2029b',
  'a b',
  'a%20b',
  '"a"',
  "ñ'",
  '\u0001',
]
const CONTROL_KEY = '\u0001\u0002\u0003'
/** What the batch, its record and the key take (message format v2). */
const FRAME_BYTES = 200

/** A structured CloudEvent; its id is not in any header of the request either. */
async function sell(id: string, product: string): Promise<number> {
  const event = { specversion: '1.0', id, source: '/cluster/odd', type: 'com.blackfriday.venta.v1' }
  const body = JSON.stringify({ ...event, data: JSON.parse(sale(product)) })
  const headers = { 'content-type': 'application/cloudevents+json', host: await hostOf('ingest') }
  return (await send(ingress, { method: 'POST', headers, body, timeoutMs: 60_000 })).status
}

describe('odd records', () => {
  test('each odd id counts once, however often it comes', async () => {
    const products = ODD_IDS.map(() => newProduct('odd'))
    for (let round = 0; round < 2; round++) {
      for (const [at, id] of ODD_IDS.entries()) {
        const status = await sell(id, products[at] ?? '')
        // A control character is no part of a CloudEvents String: it may be refused, and then it is not counted.
        if (id === '\u0001' && status === 400) products[at] = products[0] ?? ''
        else expect(status, id).toBe(200)
      }
    }
    await untilCounted(products)
    await everythingDelivered(GROUP)
    expect(await counted(products)).toEqual(products.map(() => 1))
  })

  test('a plain record with a key of control characters counts', async () => {
    const product = newProduct('binary-key')
    await produce(TOPIC, CONTROL_KEY, [sale(product)])
    await untilCounted([product])
    expect(await counted([product])).toEqual([1])
  })

  test('the longest record that the topic takes is a dead letter, whole, and what is behind it counts', async () => {
    const [long, behind] = [newProduct('long'), newProduct('behind')]
    const value = long.padEnd(TOPIC_BATCH_BYTES - FRAME_BYTES, 'x')
    await produce(TOPIC, 'long', [value])
    await produce(TOPIC, 'long', [sale(behind)])
    await untilCounted([behind])
    const deadLetter = await deadLetterOf(long)
    expect(deadLetter.value).toBe(value)
    expectReason(deadLetter, 'aggregator', /^4(00|13|22)$/, '"status":4')
    await everythingDelivered(GROUP)
  })
})
