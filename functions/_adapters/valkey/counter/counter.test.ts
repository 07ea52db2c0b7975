import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { OnCountResult } from '../../../_core/counting.ts'
import { domains } from '../../../_core/domains/index.ts'
import { memoryCounter } from '../../../_core/memory-counter.ts'
import { arbitraryEvents, deliveriesOf } from '../../../_testing/arbitrary-events.ts'
import { arbitraryLives, livingDomains } from '../../../_testing/arbitrary-lives.ts'
import { counterSuite, saleOf } from '../../../_testing/counter-suite.ts'
import { lifeSuite } from '../../../_testing/life-suite.ts'
import { NOW } from '../../../_testing/ports.ts'
import { readSnapshot } from '../snapshot.ts'
import { type CounterOptions, valkeyCounter } from './counter.ts'

const RUNS = 150
/** Each has a dozen calls. */
const LIVES = 50
let redis: Redis

beforeAll(() => {
  redis = new Redis(inject('valkeyUrl'))
})

afterAll(() => redis.disconnect())

function counterOf(onCountResult: CounterOptions['onCountResult'] = () => {}, options: CounterOptions = {}) {
  const prefix = `${randomUUID()}*:`
  const counter = valkeyCounter(redis, { prefix, onCountResult, ...options })
  return { ...counter, prefix, snapshot: () => readSnapshot(redis, domains, { prefix }) }
}

describe('the counter in Valkey', () => {
  counterSuite(counterOf)
  lifeSuite(counterOf)
})

describe('the counter in Valkey, when every event is followed', () => {
  counterSuite((onCountResult = () => {}) => {
    const prefix = `${randomUUID()}*:`
    const follower = { wants: () => true, followed: () => {} }
    const counter = valkeyCounter(redis, { prefix, onCountResult, follower })
    return { ...counter, snapshot: () => readSnapshot(redis, domains, { prefix }) }
  })
})

test('whatever the order, repetition and batching, it counts what the model counts', async () => {
  const deliveries = arbitraryEvents.chain((events) => fc.tuple(fc.constant(events), deliveriesOf(events)))
  await fc.assert(
    fc.asyncProperty(deliveries, async ([events, batches]) => {
      const model = memoryCounter(domains)
      await model.apply(events)
      const results = { counted: 0, duplicate: 0 }
      const counter = counterOf((_event, result) => void results[result]++)
      for (const batch of batches) expect(await counter.apply(batch)).toEqual(batch.map(() => undefined))
      expect(await counter.snapshot()).toEqual(model.snapshot())
      expect(results).toEqual({
        counted: events.length,
        duplicate: batches.flat().length - events.length,
      })
    }),
    { numRuns: RUNS },
  )
})

test('whatever happens to entities, it judges as the model does, event by event', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryLives, async (batches) => {
      const told: string[][] = [[], []]
      const [ours, models] = told.map(
        (lines): OnCountResult =>
          ({ id }, result, moved) => {
            lines.push(`${id} ${result} ${moved?.verdict} ${moved?.from} ${moved?.to} ${moved?.spentMs}`)
          },
      )
      const prefix = `${randomUUID()}:`
      const counter = valkeyCounter(redis, { prefix, ...(ours && { onCountResult: ours }) })
      const model = memoryCounter(livingDomains, models && { onCountResult: models })
      for (const batch of batches) {
        const outcomes = await counter.apply(batch)
        const expected = await model.apply(batch)
        expect(outcomes.map((one) => one?.members)).toEqual(expected.map((one) => one?.members))
      }
      expect(told[0]).toEqual(told[1])
      expect(await readSnapshot(redis, livingDomains, { prefix })).toEqual(model.snapshot())
    }),
    { numRuns: LIVES },
  )
})

test('two clients that deliver the same at the same time count it once', async () => {
  const other = new Redis(inject('valkeyUrl'))
  const { apply, prefix, snapshot } = counterOf()
  const counters = [apply, valkeyCounter(other, { prefix }).apply]
  const events = Array.from({ length: 400 }, (_, id) => saleOf(id % 7 === 0 ? `key ${id}` : id))
  const model = memoryCounter(domains)
  await model.apply(events)
  const deliver = async (count: typeof apply, size: number) => {
    for (let start = 0; start < events.length; start += size) {
      const batch = events.slice(start, start + size)
      expect(await count(batch)).toEqual(batch.map(() => undefined))
    }
  }
  await Promise.all(counters.flatMap((count) => [deliver(count, 7), deliver(count, 30)]))
  other.disconnect()
  expect(await snapshot()).toEqual(model.snapshot())
})

test('identities, histories and series expire, and nothing else does', async () => {
  const { apply, prefix } = counterOf()
  await apply([saleOf(1), saleOf('key')])
  const expiring: Record<string, number> = {}
  for (const key of await redis.keys(`${prefix.replace('*', '\\*')}*`)) {
    const ttl = await redis.ttl(key)
    if (ttl >= 0) expiring[key.slice(prefix.length).replace(/:\d+$/, '')] = Math.round(ttl / 60)
  }
  expect(expiring).toEqual({
    'caudal:seen:/ingest/0123456789ab': 8 * 24 * 60,
    'caudal:seen:["/ingest/0123456789ab","key"]': 8 * 24 * 60,
    'history:electronica:P1': 8 * 24 * 60,
    'historial:precio:electronica': 8 * 24 * 60,
    'series:ventas:segundo': 120,
    'series:ventas:minuto': 8 * 24 * 60,
  })
})

test('whatever times events have, a series has only so many buckets', async () => {
  const { apply, snapshot } = counterOf(undefined, { clock: () => NOW })
  const hourly = Array.from({ length: 3_000 }, (_, hours) => ({
    ...saleOf(hours),
    time: new Date(NOW - hours * 3_600_000).toISOString(),
  }))
  await apply(hourly)
  const counts: Record<string, number> = {}
  for (const key of Object.keys(await snapshot()).filter((name) => name.startsWith('series:'))) {
    const name = key.replace(/:\d+$/, '')
    counts[name] = (counts[name] ?? 0) + 1
  }
  // Hours that two hours touch, and days that eight days do.
  expect(counts).toEqual({ 'series:ventas:segundo': 3, 'series:ventas:minuto': 9 })
})

test('operators see what was counted, what came again, and when', async () => {
  const { apply, prefix } = counterOf()
  await apply([saleOf(1), saleOf(2), saleOf(1)])
  await apply([saleOf(1), saleOf(2)])
  const [now] = await redis.time()
  const { last_applied_ms, ...counts } = await redis.hgetall(`${prefix}caudal:stats`)
  expect(counts).toEqual({ 'counted:sales': '2', 'duplicates:sales': '3' })
  expect(Math.abs(Number(last_applied_ms) / 1000 - Number(now))).toBeLessThan(10)
})
