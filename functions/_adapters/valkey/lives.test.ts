import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { orderEvents } from '../../_core/domains/order-events.ts'
import { orders } from '../../_core/domains/orders.ts'
import { sales } from '../../_core/domains/sales.ts'
import { historyKey } from '../../_core/effects/transition-data.ts'
import { EPOCH_KEY, fieldsOf } from '../../_core/epoch.ts'
import { HISTORY_ENTRIES, REFUSED_ENTRIES } from '../../_core/life.ts'
import { moveOf, orderOf } from '../../_testing/life-events.ts'
import { NOW, SOURCE } from '../../_testing/ports.ts'
import type { ReadClient } from './asking.ts'
import { type ScriptClient, valkeyCounter } from './counter/counter.ts'
import { livesReader } from './lives.ts'
import { readSnapshot } from './snapshot.ts'

let redis: Redis
beforeAll(() => {
  redis = new Redis(inject('valkeyUrl'))
})
afterAll(() => redis.disconnect())

it('says what became of an order, and of each event', async () => {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(redis, { prefix })
  const lives = livesReader(redis, { prefix })
  const moved = moveOf(2, 'A:x', 'preparar', 'sistema', 60)
  const repeated = moveOf(3, 'A:x', 'preparar', 'sistema', 70)
  const refused = moveOf(4, 'A:x', 'finalizar', 'persona', 80)
  await apply([orderOf(1, 'A:x'), moved, repeated, refused])
  const life = await lives.life(orders, 'A:x')
  expect(life).toMatchObject({ id: 'A:x', state: 'Preparación', sinceMs: NOW + 60_000, version: 1 })
  expect(life?.data).toMatchObject({ nombre_producto: 'Mesa', precio: '19.5', correo: 'ana@example.com' })
  expect(life?.history.map(({ n, caso, id }) => [n, caso, id])).toEqual([
    [1, 'movio', `${SOURCE}#1`],
    [2, 'movio', `${SOURCE}#2`],
    [3, 'repetido', `${SOURCE}#3`],
  ])
  expect(life?.refused).toMatchObject([
    { de: 'Preparación', evento: 'finalizar', actor: 'persona', permitidos: ['enviar', 'cancelar'] },
  ])
  expect(life?.allowed.map(({ event }) => event)).toEqual(['enviar', 'cancelar'])
  const events = [moved, repeated, refused, moveOf(5, 'A:x', 'enviar')]
  expect(await Promise.all(events.map(lives.judgementOf))).toMatchObject([
    { caso: 'movio', a: 'Preparación' },
    { caso: 'repetido', a: 'Preparación' },
    { caso: 'rechazado', a: '' },
    undefined,
  ])
  expect(await lives.life(orders, 'A')).toBeUndefined()
  await expect(lives.life({ ...orderEvents, effects: [] }, 'A')).rejects.toThrow('move nothing')
})

it('an event of what nobody knows is refused for who asks, until it is allowed and comes again', async () => {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(redis, { prefix })
  const lives = livesReader(redis, { prefix })
  const early = moveOf(2, 'A', 'preparar', 'sistema', 60)
  const named = { ...moveOf('x', 'A', 'preparar'), source: '/theirs' }
  expect(await lives.judgementOf(early)).toBeUndefined()
  expect(await apply([early, named])).toMatchObject([{ code: 'illegal' }, { code: 'illegal' }])
  const refused = { caso: 'rechazado', a: '' }
  expect(await Promise.all([early, named].map(lives.judgementOf))).toEqual([refused, refused])
  expect(await lives.life(orders, 'A')).toBeUndefined()
  for (const key of await redis.keys(`${prefix}caudal:refused:*`)) {
    expect(await redis.ttl(key)).toBeGreaterThan(0)
  }
  await apply([orderOf(1, 'A'), early])
  expect(await lives.judgementOf(early)).toMatchObject({ caso: 'movio', a: 'Preparación' })
})

it('however many are refused of an order, what became of each is known; people read the first', async () => {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(redis, { prefix })
  const lives = livesReader(redis, { prefix })
  const illegal = Array.from({ length: REFUSED_ENTRIES + 1 }, (_, at) => moveOf(at + 2, 'A', 'finalizar'))
  await apply([orderOf(1, 'A'), ...illegal])
  const judged = await Promise.all(illegal.map(lives.judgementOf))
  expect(judged).toEqual(illegal.map(() => ({ caso: 'rechazado', a: '' })))
  expect((await lives.life(orders, 'A'))?.refused).toHaveLength(REFUSED_ENTRIES)
})

it('an order and its history are kept for 30 days after its end; late news of the carrier change nothing', async () => {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(redis, { prefix })
  const lasting = () =>
    Promise.all(['pedido:A', historyKey('pedido:A')].map((key) => redis.ttl(`${prefix}${key}`)))
  await apply([orderOf(1, 'A'), moveOf(2, 'A', 'preparar'), moveOf(3, 'A', 'enviar')])
  expect(await lasting()).toEqual([-1, -1])
  const late = moveOf(5, 'A', 'enviar', 'transportista')
  await apply([moveOf(4, 'A', 'devolver'), late])
  const days = (await lasting()).map((seconds) => seconds / 86_400)
  for (const left of days) expect(left).toBeCloseTo(30, 1)
  expect(await livesReader(redis, { prefix }).judgementOf(late)).toMatchObject({
    caso: 'tarde',
    a: 'Devuelto',
  })
})

it('a history that is full has no more repeated events, and still each move', async () => {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(redis, { prefix })
  const again = Array.from({ length: HISTORY_ENTRIES }, (_, at) => moveOf(at + 3, 'A', 'preparar'))
  const last = moveOf(1_000, 'A', 'enviar')
  await apply([orderOf(1, 'A'), moveOf(2, 'A', 'preparar'), ...again, last])
  const lives = livesReader(redis, { prefix })
  expect((await lives.life(orders, 'A'))?.history).toHaveLength(HISTORY_ENTRIES + 1)
  expect(await lives.judgementOf(last)).toMatchObject({ caso: 'movio', a: 'Enviado' })
  expect(await lives.judgementOf(again.at(-1) ?? last)).toEqual({ caso: 'contado', a: '' })
})

it('nothing is refused for good before it is noted', async () => {
  const prefix = `${randomUUID()}:`
  const illegal = moveOf(2, 'A', 'finalizar')
  await valkeyCounter(redis, { prefix }).apply([orderOf(1, 'A')])
  let calls = 0
  const goesAway: ScriptClient = {
    evalsha: async (...args) => {
      if (++calls > 1) throw new Error('Valkey is away')
      return redis.evalsha(...args)
    },
    eval: (...args) => redis.eval(...args),
  }
  expect(await valkeyCounter(goesAway, { prefix }).apply([illegal])).toMatchObject([{ code: 'unavailable' }])
  expect(await livesReader(redis, { prefix }).judgementOf(illegal)).toBeUndefined()
  expect(calls).toBe(2)
})

it('an event that is counted between its two readings has the case that it was given', async () => {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(redis, { prefix })
  const event = orderOf(1, 'A')
  const read = async (beforeReading: number) => {
    let readings = 0
    const client: ReadClient = {
      multi: (commands) => ({
        exec: async () => {
          if (++readings === beforeReading) await apply([event])
          return redis.multi(commands).exec()
        },
      }),
    }
    const judgement = await livesReader(client, { prefix }).judgementOf(event)
    return { judgement, readings }
  }
  // The first finds no history, and the second the mark; so there is a third.
  expect(await read(2)).toEqual({ judgement: expect.objectContaining({ caso: 'movio' }), readings: 3 })
  expect(await read(0)).toMatchObject({ judgement: { caso: 'movio' }, readings: 1 })
  await redis.del(`${prefix}${historyKey('pedido:A')}`)
  expect(await read(0)).toEqual({ judgement: { caso: 'contado', a: '' }, readings: 3 })
})

describe('a record that is no CloudEvent', () => {
  const record = (name: string, offset: number, id = 'A', topic = 'pedidos') => ({
    ...orderOf(`partition:0/offset:${offset}`, id),
    source: `/apis/v1/namespaces/blackfriday/kafkasources/${name}#${topic}`,
  })

  it.each([
    ['the same source', record('pedidos', 7), { caso: 'movio', a: 'Procesando' }],
    ['another', record('pedidos-notifier', 7), { caso: 'movio', a: 'Procesando' }],
    ['another record', record('pedidos-notifier', 8), undefined],
    ['another topic', record('pedidos', 7, 'A', 'pedidos-2'), undefined],
    ['a refused one, by another source', record('pedidos-notifier', 9), { caso: 'rechazado', a: '' }],
  ])('is known by where it lies: %s', async (_, asked, expected) => {
    const prefix = `${randomUUID()}:`
    const { apply } = valkeyCounter(redis, { prefix })
    const other = { ...record('pedidos', 9), value: { ...record('pedidos', 9).value, precio: 1 } }
    await apply([record('pedidos', 7)])
    await apply([other])
    // Renamed, and counted once.
    expect(await apply([record('orders', 7)])).toEqual([undefined])
    const lives = livesReader(redis, { prefix })
    expect(await lives.judgementOf(asked)).toEqual(expected && expect.objectContaining(expected))
    expect((await lives.life(orders, 'A'))?.history).toHaveLength(1)
  })

  it('has the same figures by whatever name its log is counted, once and again', async () => {
    const sale = (name: string, offset: number) => ({
      ...record(name, offset, 'A', 'productos'),
      domain: sales,
      value: { categoria: 2, producto_id: 'P1', precio: 1.5, cantidad_vendida: 3 },
    })
    const log = (name: string) => [
      record(name, 7),
      record(name, 8, 'B'),
      { ...record(name, 9), value: { ...record(name, 9).value, precio: 1 } },
      sale(name, 1),
      sale(name, 2),
    ]
    const prefix = `${randomUUID()}:`
    const results = new Set<string>()
    const count = async (name: string, epoch: string): Promise<unknown> => {
      const current = { name: epoch, after: [], stopped: undefined, topicIds: new Map(), server: 'one' }
      await redis.hset(prefix + EPOCH_KEY, fieldsOf(current))
      const guard = { current: async () => current, look: async () => {} }
      const onCountResult = (_: unknown, result: string) => void results.add(result)
      const outcomes = await valkeyCounter(redis, { prefix, epoch: guard, onCountResult }).apply(log(name))
      expect(outcomes.map((outcome) => outcome?.code)).toEqual([
        undefined,
        undefined,
        'illegal',
        undefined,
        undefined,
      ])
      return readSnapshot(redis, [orders, sales], { prefix })
    }
    const before = await count('old', 'first')
    results.clear()
    // Renamed, redelivered, and then counted again: what Valkey knows stays as it was written.
    expect(await count('new', 'first')).toEqual(before)
    expect(await count('new', 'second')).toEqual(before)
    expect([...results]).toEqual(['duplicate'])
    // Into an empty Valkey: the same but for the name in the identities.
    const keys = await redis.keys(`${prefix}*`)
    await redis.del(...keys)
    const anew = JSON.stringify(await count('new', 'third'))
    expect(anew.replaceAll('kafkasources/new#', 'kafkasources/old#')).toBe(JSON.stringify(before))
  })
})
