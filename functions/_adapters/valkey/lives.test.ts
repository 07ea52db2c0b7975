import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { orderEvents } from '../../_core/domains/order-events.ts'
import { orders } from '../../_core/domains/orders.ts'
import { moveOf, orderOf } from '../../_testing/life-events.ts'
import { NOW, SOURCE } from '../../_testing/ports.ts'
import { valkeyCounter } from './counter/counter.ts'
import { livesReader } from './lives.ts'

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
  const cases = [moved, repeated, refused, moveOf(5, 'A:x', 'enviar')].map(lives.caseOf)
  expect(await Promise.all(cases)).toEqual(['movio', 'repetido', 'rechazado', undefined])
  expect(await lives.life(orders, 'A')).toBeUndefined()
  await expect(lives.life({ ...orderEvents, effects: [] }, 'A')).rejects.toThrow('move nothing')
})
