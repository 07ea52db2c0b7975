/**
 * Kafka, then Valkey, is unavailable under load: clients get 503 or 429 with Retry-After, memory stays bounded, and all that was
 * acknowledged is counted.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import getPort from 'get-port'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { functionNames } from '../../build/bundles.ts'
import { processUsage } from '../../lib/process-stat.ts'
import { until } from '../../lib/until.ts'
import { Processes } from '../../local/processes/processes.ts'
import { startKafka } from '../../local/servers/kafka.ts'
import { startValkey } from '../../local/servers/valkey.ts'
import { startTestStack, type TestStack, type TestStackOptions } from '../../local/test-stack.ts'

/** Longer than any deadline: clients are answered and ask again several times meanwhile. */
const AWAY_MS = 60_000
const CLIENTS = 256
const RECOVERY_MS = 120_000
const RSS_BYTES = 200 * 1024 * 1024

let dir: string
let servers: Processes
let at: TestStackOptions
let stack: TestStack
let valkey: Redis
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-outage-'))
  servers = new Processes({ logDir: dir })
  const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await getPort(), processes: servers })
  const server = await startValkey({ dir: join(dir, 'valkey'), port: await getPort(), processes: servers })
  at = { brokers: kafka.brokers, valkeyUrl: server.url }
}, 180_000)
// One for each test: what Kafka stores late of the one outage must not be counted in the other.
beforeEach(async () => {
  stack = await startTestStack(at)
  valkey = new Redis(at.valkeyUrl, { keyPrefix: stack.prefix })
  valkey.on('error', () => {})
}, 60_000)
afterEach(async () => {
  valkey.disconnect()
  await stack.stop()
})
afterAll(async () => {
  await servers.stopAll()
  await rm(dir, { recursive: true, force: true })
})

interface Seen {
  readonly statuses: Map<number, number>
  withoutRetryAfter: number
}

/** Sends one after the other from each client until `over`, each event under a key of its own. */
function load(name: string, over: () => boolean) {
  const seen: Seen = { statuses: new Map(), withoutRetryAfter: 0 }
  const client = async (_: unknown, index: number): Promise<void> => {
    for (let number = 0; !over(); number++) {
      const response = await fetch(`${stack.url.ingest}/venta`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${name}-${index}-${number}` },
        body: '{"categoria":1,"producto_id":"P1","precio":1,"cantidad_vendida":1}',
      })
      await response.text()
      seen.statuses.set(response.status, (seen.statuses.get(response.status) ?? 0) + 1)
      if (response.status >= 429 && response.headers.get('retry-after') === null) seen.withoutRetryAfter++
    }
  }
  return { seen, done: Promise.all(Array.from({ length: CLIENTS }, client)) }
}

const counted = async (): Promise<number> => Number(await valkey.get('reportes:total:electronica'))

it.each(['kafka', 'valkey'])('%s is unavailable for a while', { timeout: 400_000 }, async (name) => {
  let over = false
  const { seen, done } = load(name, () => over)
  const { statuses } = seen
  const acknowledged = (): number => statuses.get(200) ?? 0
  await until(async () => (await counted()) > 0, RECOVERY_MS)
  servers.kill(name, 'SIGSTOP')
  await pause(AWAY_MS)
  servers.kill(name, 'SIGCONT')
  const before = acknowledged()
  // As many as there are clients were on their way; more than that were asked for and stored afterwards.
  const recovered = await until(async () => acknowledged() > before + CLIENTS, RECOVERY_MS)
  over = true
  await done
  expect(recovered).toBe(true)
  expect([...statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([])
  expect(seen.withoutRetryAfter).toBe(0)
  if (name === 'kafka') expect(statuses.get(503)).toBeGreaterThan(0)
  const unknown = statuses.get(503) ?? 0
  await expect.poll(counted, { timeout: RECOVERY_MS }).toBeGreaterThanOrEqual(acknowledged())
  expect(await counted()).toBeLessThanOrEqual(acknowledged() + unknown)
  for (const process of functionNames) {
    expect(processUsage(stack.processes.get(process).pid)?.rssBytes, process).toBeLessThan(RSS_BYTES)
  }
})
