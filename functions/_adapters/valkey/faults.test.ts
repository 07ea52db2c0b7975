/** What may go wrong with Valkey: nothing is ever counted by half or twice, and what failed can be sent again. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { freePort } from '../../../scripts/lib/free-port.ts'
import { Processes } from '../../../scripts/local/processes/processes.ts'
import { startValkey, type ValkeyServer } from '../../../scripts/local/servers/valkey.ts'
import { domains } from '../../_core/domains/index.ts'
import type { Event } from '../../_core/event.ts'
import { VALKEY_DEADLINE_MS } from '../../_core/limits.ts'
import { memoryCounter } from '../../_core/memory-counter.ts'
import { saleOf, voteOf } from '../../_testing/counter-suite.ts'
import { connectValkey, type ValkeyClient } from './connect.ts'
import { valkeyCounter } from './counter/counter.ts'
import { readSnapshot } from './snapshot.ts'

const SETUP_MS = 120_000
const WAIT_MS = 20_000
/** Between two attempts to send a batch again. */
const RETRY_MS = 20
let dir: string
let processes: Processes
let server: ValkeyServer
/** For what tests do to Valkey; it waits until Valkey is back. */
let admin: Redis
let client: ValkeyClient
const errors: Error[] = []

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'valkey-faults-'))
  processes = new Processes({ logDir: dir })
  server = await startValkey({ dir, port: await freePort(), processes, appendfsync: 'always' })
  admin = new Redis(server.url, { maxRetriesPerRequest: null })
  admin.on('error', () => {})
  client = connectValkey(server.url, (error) => errors.push(error))
}, SETUP_MS)

afterAll(async () => {
  client.close()
  admin.disconnect()
  await processes.stopAll()
  await rm(dir, { recursive: true })
})

afterEach(() => ready())

const ready = () => vi.waitFor(() => expect(client.readiness()).toBeUndefined(), WAIT_MS)

function counter() {
  const prefix = `${randomUUID()}:`
  const { apply } = valkeyCounter(client, { prefix })
  return { apply, prefix, snapshot: () => readSnapshot(admin, domains, { prefix }) }
}

const codes = async (outcomes: Promise<readonly ({ code: string } | undefined)[]>) =>
  (await outcomes).map((outcome) => outcome?.code)

test('a script that Valkey has forgotten is sent again', async () => {
  await ready()
  const { apply, snapshot } = counter()
  await admin.script('FLUSH')
  expect(await codes(apply([saleOf(1)]))).toEqual([undefined])
  await admin.script('FLUSH')
  expect(await codes(apply([saleOf(1), saleOf(2)]))).toEqual([undefined, undefined])
  expect((await snapshot())['reportes:total:electronica']).toEqual({ string: '2' })
})

test.each([
  ['reportes:total:electronica', 'a counter'],
  ['stats:conteo', 'a hash of counts'],
  ['stats:precio:suma', 'decimals'],
  ['stats:precio:suma:centavos', 'cents'],
  ['ranking:global', 'a ranking'],
  ['ventas:global:precio_max', 'a maximum'],
  ['history:electronica:P1', 'newest prices'],
  ['caudal:seen:/ingest/0123456789ab:0', 'identities'],
])('when %s (%s) holds something else, its events wait and their neighbours count', async (key) => {
  await ready()
  const { apply, prefix, snapshot } = counter()
  await admin.geoadd(prefix + key, 0, 0, 'x')
  if (key.startsWith('history') || key.startsWith('ranking')) {
    await admin.del(prefix + key)
    await admin.sadd(prefix + key, 'x')
  }
  const vote = { ...voteOf('key'), source: '/client' }
  expect(await codes(apply([saleOf(1), vote, saleOf(1)]))).toEqual(['unavailable', undefined, 'unavailable'])
  await admin.del(prefix + key)
  const model = memoryCounter(domains)
  await model.apply([vote])
  expect(await snapshot()).toEqual(model.snapshot())
  expect(await codes(apply([saleOf(1), vote]))).toEqual([undefined, undefined])
  await model.apply([saleOf(1)])
  expect(await snapshot()).toEqual(model.snapshot())
})

test('values that are no numbers are treated the same', async () => {
  await ready()
  const { apply, prefix } = counter()
  await admin.set(`${prefix}reportes:total:ropa`, 'many')
  await admin.hset(`${prefix}votos:rank:suma`, 'Los Prisioneros', '1.5')
  const outcomes = apply([saleOf(1, { categoria: 2 }), voteOf(2), saleOf(3)])
  expect(await codes(outcomes)).toEqual(['unavailable', 'unavailable', undefined])
})

test.each([
  ['out of memory', () => admin.config('SET', 'maxmemory', 1), () => admin.config('SET', 'maxmemory', 0)],
  ['a replica', () => admin.replicaof('127.0.0.1', 1), () => admin.replicaof('NO', 'ONE')],
])('while Valkey is %s nothing is written, and later everything', async (_state, enter, leave) => {
  await ready()
  const { apply, prefix, snapshot } = counter()
  await apply([saleOf(1)])
  const before = await snapshot()
  await enter()
  expect(await codes(apply([saleOf(2), voteOf(3)]))).toEqual(['unavailable', 'unavailable'])
  await leave()
  expect(await snapshot()).toEqual(before)
  expect(await admin.hget(`${prefix}caudal:stats`, 'counted:sales')).toBe('1')
  await ready()
  expect(await codes(apply([saleOf(2), voteOf(3)]))).toEqual([undefined, undefined])
})

test('while Valkey hangs, events fail in time, and the client comes back by itself', async () => {
  await ready()
  const { apply, snapshot } = counter()
  await apply([saleOf(1)])
  process.kill(server.pid, 'SIGSTOP')
  const start = performance.now()
  expect(await codes(apply([saleOf(2)]))).toEqual(['unavailable'])
  expect(performance.now() - start).toBeLessThan(VALKEY_DEADLINE_MS + 500)
  await vi.waitFor(() => expect(client.readiness()).toMatch(/^Valkey is /), WAIT_MS)
  const again = performance.now()
  expect(await codes(apply([saleOf(3)]))).toEqual(['unavailable'])
  expect(performance.now() - again).toBeLessThan(500)
  process.kill(server.pid, 'SIGCONT')
  await ready()
  expect(await codes(apply([saleOf(2), saleOf(3)]))).toEqual([undefined, undefined])
  expect((await snapshot())['reportes:total:electronica']).toEqual({ string: '3' })
})

test('kill -9 of Valkey under load loses and doubles nothing', async () => {
  await ready()
  const { apply, snapshot } = counter()
  const events = Array.from({ length: 1_500 }, (_, id) => (id % 3 === 0 ? voteOf(id) : saleOf(id)))
  let failures = 0
  const deliver = async (batch: readonly Event[]): Promise<void> => {
    const outcomes = await apply(batch)
    const again = batch.filter((_, at) => outcomes[at] !== undefined)
    if (again.length === 0) return
    failures++
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    return deliver(again)
  }
  for (let start = 0; start < events.length; start += 20) {
    const pair = [deliver(events.slice(start, start + 10)), deliver(events.slice(start + 10, start + 20))]
    if (start % 500 === 240) processes.kill('valkey', 'SIGKILL')
    await Promise.all(pair)
  }
  const model = memoryCounter(domains)
  await model.apply(events)
  expect(failures).toBeGreaterThanOrEqual(3)
  expect(await snapshot()).toEqual(model.snapshot())
})

test('errors say what is wrong, and neither the password nor the events', async () => {
  const reported: Error[] = []
  const url = server.url.replace('redis://', 'redis://default:geheim@')
  await admin.config('SET', 'requirepass', 'other')
  const stranger = connectValkey(url, (error) => reported.push(error))
  await vi.waitFor(() => expect(reported.length).toBeGreaterThan(1), WAIT_MS)
  expect(stranger.readiness()).toMatch(/^Valkey is /)
  await admin.config('SET', 'requirepass', '')
  await vi.waitFor(() => expect(stranger.readiness()).toBeUndefined(), WAIT_MS)
  stranger.close()
  const said = JSON.stringify([...reported, ...errors].map((error) => [error.message, error]))
  expect(said).toMatch(/WRONGPASS/)
  expect(said).not.toMatch(/geheim/)
  expect(reported.concat(errors).every((error) => Object.keys(error).length === 0)).toBe(true)
})
