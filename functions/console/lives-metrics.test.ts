import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { expect, inject, it } from 'vitest'
import { valkeyCounter } from '../_adapters/valkey/counter/counter.ts'
import { orders } from '../_core/domains/orders.ts'
import { createMetrics } from '../_runtime/metrics.ts'
import { moveOf, orderOf } from '../_testing/life-events.ts'
import { NOW } from '../_testing/ports.ts'
import { observeLives } from './lives-metrics.ts'

it('each state has its own longest wait, however many wait longer in another', async () => {
  const redis = new Redis(inject('valkeyUrl'))
  try {
    const prefix = `${randomUUID()}:`
    const many = Array.from({ length: 250 }, (_, at) => orderOf(at, `A-${at}`))
    await valkeyCounter(redis, { prefix }).apply([...many, moveOf(1_000, 'A-7', 'preparar', 'sistema', 60)])
    const metrics = createMetrics('console')
    observeLives(redis, [orders], prefix, metrics, () => NOW + 100_000)
    const { text } = await metrics.expose()
    const of = (name: string) =>
      [...text.matchAll(new RegExp(`^${name}\\{.*state="([^"]+)".*\\} (.+)$`, 'gm'))].map(
        ([, state, value]) => [state, Number(value)],
      )
    expect(of('caudal_state_oldest_seconds')).toEqual([
      ['Procesando', 100],
      ['Preparación', 40],
    ])
    expect(of('caudal_state_things').slice(0, 3)).toEqual([
      ['Procesando', 249],
      ['Preparación', 1],
      ['Enviado', 0],
    ])
    expect(of('caudal_state_mean_seconds')).toEqual([['Procesando', 60]])
  } finally {
    redis.disconnect()
  }
})
