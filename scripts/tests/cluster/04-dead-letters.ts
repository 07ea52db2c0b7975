/** Poison: dead letters with their reasons, nothing blocked behind. */
import { describe, expect, test } from 'vitest'
import { newProduct } from './context.ts'
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

describe('dead letters', () => {
  test('poison goes there with its reason; what is behind it in its partition is counted', async () => {
    const [poison, notJson, good] = [newProduct('poison'), newProduct('not-json'), newProduct('good')]
    await produce(TOPIC, 'one-partition', [sale(poison, -1), notJson, sale(good)])
    await untilCounted([good])
    expectReason(await deadLetterOf(poison), 'aggregator', /^422$/, '#/precio')
    expectReason(await deadLetterOf(notJson), 'aggregator', /^4(00|22)$/, '"status":4')
    await everythingDelivered(GROUP)
    expect(await counted([poison, good])).toEqual([0, 1])
  })
})
