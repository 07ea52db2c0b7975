import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { orders } from '../../_core/domains/orders.ts'
import { transitionOf } from '../../_core/effects/transition-data.ts'
import { moveOf, orderOf } from '../../_testing/life-events.ts'
import { NOW } from '../../_testing/ports.ts'
import { valkeyCounter } from './counter/counter.ts'
import { readLivesFigures } from './lives-figures.ts'

let redis: Redis
beforeAll(() => {
  redis = new Redis(inject('valkeyUrl'))
})
afterAll(() => redis.disconnect())

it('counts what is in each state, how long others were in it, and who waits for longest', async () => {
  const prefix = `${randomUUID()}:`
  const effect = transitionOf(orders)
  if (effect === undefined) throw new Error('orders have no life')
  const none = await readLivesFigures(redis, effect, { prefix, top: 5 })
  expect(none).toMatchObject({ cases: {}, oldest: [] })
  expect(none.states.map(({ now, time }) => now + time.count)).toEqual(none.states.map(() => 0))
  const { apply } = valkeyCounter(redis, { prefix })
  await apply([orderOf(1, 'A'), orderOf(2, 'B'), moveOf(3, 'A', 'preparar', 'sistema', 60)])
  const { states, cases, oldest } = await readLivesFigures(redis, effect, { prefix, top: 5 })
  expect(states.slice(0, 2)).toMatchObject([
    { state: 'Procesando', isFinal: false, now: 1, time: { count: 1, sumMs: 60_000 } },
    { state: 'Preparación', isFinal: false, now: 1, time: { count: 0 } },
  ])
  expect(states.filter(({ isFinal }) => isFinal).map(({ state }) => state)).toEqual([
    'Finalizado',
    'Cancelado',
    'Devuelto',
  ])
  expect(cases).toMatchObject({ movio: 3 })
  expect(oldest).toEqual([
    { id: 'B', state: 'Procesando', sinceMs: NOW },
    { id: 'A', state: 'Preparación', sinceMs: NOW + 60_000 },
  ])
  const top = await readLivesFigures(redis, effect, { prefix, top: 1 })
  expect(top.oldest.map(({ id }) => id)).toEqual(['B'])
})
