/**
 * Valkey at its `maxmemory`: endpoints go on taking events, counting stops as a whole, the source asks again and its lag
 * grows; with more memory everything is counted, once.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { freePort } from '../../lib/free-port.ts'
import { startValkey, type ValkeyServer } from '../../local/servers/valkey.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

const WAIT = { timeout: 45_000, interval: 200 }
/** Of new products: some 400 bytes each, more than there is room for. */
const SALES = 4_000
const ROOM_BYTES = 256 * 1024

let dir: string
let server: ValkeyServer
let stack: TestStack
let valkey: Redis
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-full-'))
  server = await startValkey({ dir: join(dir, 'valkey'), port: await freePort() })
  stack = await startTestStack({ brokers: inject('kafkaBrokers'), valkeyUrl: server.url })
  valkey = new Redis(server.url)
}, 120_000)
afterAll(async () => {
  valkey.disconnect()
  await stack.stop()
  await server.stop()
  await rm(dir, { recursive: true, force: true })
})

async function send(first: number, count: number): Promise<void> {
  const sales = Array.from({ length: count }, (_, at) => ({
    ...{ categoria: 2, producto_id: `nuevo-${first + at}`, precio: 1, cantidad_vendida: 1 },
  }))
  const response = await fetch(`${stack.url.ingest}/ventas`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sales),
  })
  expect([response.status, await response.json()]).toEqual([200, { almacenadas: count, rechazadas: [] }])
}

const counted = async (): Promise<number> => Number(await valkey.get(`${stack.prefix}reportes:total:ropa`))

/** The sum of a metric's series; undefined without any: a reading that failed. */
async function metric(url: string, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))]
  return values.length === 0 ? undefined : values.reduce((sum, [, value]) => sum + Number(value), 0)
}

it('refuses whole batches when it is full, and counts them when it has room', {
  timeout: 240_000,
}, async () => {
  await send(0, 10)
  await expect.poll(counted, WAIT).toBe(10)
  const used = /used_memory:(\d+)/.exec(await valkey.info('memory'))?.[1]
  await valkey.config('SET', 'maxmemory', Number(used) + ROOM_BYTES)
  for (let first = 10; first < SALES; first += 500) await send(first, Math.min(500, SALES - first))

  // Full: what was stored waits at the source, and is asked for again.
  await expect.poll(() => metric(stack.sourceUrl, 'caudal_retries_total'), WAIT).toBeGreaterThan(0)
  await expect.poll(() => metric(stack.sourceUrl, 'caudal_lag_records'), WAIT).toBeGreaterThan(0)
  const before = await counted()
  expect(before).toBeLessThan(SALES)
  // An event goes in with all its effects or not at all.
  expect(await valkey.zcard(`${stack.prefix}ranking:global`)).toBe(before)
  await send(SALES, 10)
  // The alert's expression.
  const limit = await metric(stack.url.aggregator, 'caudal_valkey_memory_limit_bytes')
  expect(limit).toBeGreaterThan(0)
  expect(await metric(stack.url.aggregator, 'caudal_valkey_memory_bytes')).toBeGreaterThan(0.8 * (limit ?? 0))

  await valkey.config('SET', 'maxmemory', 0)
  await expect.poll(counted, WAIT).toBe(SALES + 10)
  expect(await valkey.zcard(`${stack.prefix}ranking:global`)).toBe(SALES + 10)
  await expect.poll(() => metric(stack.sourceUrl, 'caudal_lag_records'), WAIT).toBe(0)
  expect(await metric(stack.sourceUrl, 'caudal_lost_records_total')).toBe(0)
  expect((await metric(stack.url.aggregator, 'caudal_dead_letters_total')) ?? 0).toBe(0)
})
