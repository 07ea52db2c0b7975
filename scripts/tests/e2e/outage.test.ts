/**
 * Kafka, and beside that Valkey, is unavailable under load: clients get 503 or 429 with Retry-After, memory stays bounded, and all that was
 * acknowledged is counted. What needs it says so meanwhile, and nothing is taken out for that.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { inject, it } from 'vitest'
import { STANDARD_FUNCTIONS } from '../../../functions/_core/topology.ts'
import { freePort } from '../../lib/free-port.ts'
import { processUsage } from '../../lib/process-stat.ts'
import { until } from '../../lib/until.ts'
import { Processes } from '../../local/processes/processes.ts'
import { startKafka } from '../../local/servers/kafka.ts'
import { startValkey } from '../../local/servers/valkey.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

/** Longer than any deadline: clients are answered and ask again several times meanwhile. */
const AWAY_MS = 60_000
const CLIENTS = 256
/** From an answer to a client's next sale: 30,000 sales wait for a Valkey that is away, and other tests have a core too. */
const PAUSE_MS = 500
const RECOVERY_MS = 120_000
const RSS_BYTES = 200 * 1024 * 1024

interface Outage {
  readonly servers: Processes
  readonly stack: TestStack
  readonly valkey: Redis
}

/** A Kafka or a Valkey of its own to stop, beside the other one that all tests share, and a pipeline between them. */
async function openOutage(
  name: 'kafka' | 'valkey',
  closing: (step: () => Promise<unknown>) => void,
): Promise<Outage> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-outage-'))
  closing(() => rm(dir, { recursive: true, force: true }))
  const servers = new Processes({ logDir: dir })
  closing(() => servers.stopAll())
  const own = { dir: join(dir, name), port: await freePort(), processes: servers }
  const stack = await startTestStack({
    brokers: name === 'kafka' ? (await startKafka(own)).brokers : inject('kafkaBrokers'),
    valkeyUrl: name === 'valkey' ? (await startValkey(own)).url : inject('valkeyUrl'),
  })
  closing(stack.stop)
  const valkey = new Redis(stack.valkeyUrl, { keyPrefix: stack.prefix })
  valkey.on('error', () => {})
  closing(async () => valkey.disconnect())
  return { servers, stack, valkey }
}

/** What says so while it is away. */
const NEEDS = { kafka: ['publisher', 'bridge', 'ingest'], valkey: ['aggregator'] } as const

/** Whether all that need it answer with this status. */
async function allAnswer({ url }: TestStack, name: keyof typeof NEEDS, path: string, status: number) {
  const answers = await Promise.all(NEEDS[name].map((step) => fetch(url[step] + path)))
  return answers.every((answer) => answer.status === status)
}

interface Seen {
  readonly statuses: Map<number, number>
  withoutRetryAfter: number
}

/** Sends one after the other from each client until `over`, each event under a key of its own. */
function load({ url }: TestStack, over: () => boolean) {
  const seen: Seen = { statuses: new Map(), withoutRetryAfter: 0 }
  const client = async (_: unknown, index: number): Promise<void> => {
    for (let number = 0; !over(); number++) {
      const response = await fetch(`${url.ingest}/venta`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': `${index}-${number}` },
        body: '{"categoria":1,"producto_id":"P1","precio":1,"cantidad_vendida":1}',
      })
      await response.text()
      seen.statuses.set(response.status, (seen.statuses.get(response.status) ?? 0) + 1)
      if (response.status >= 429 && response.headers.get('retry-after') === null) seen.withoutRetryAfter++
      await pause(PAUSE_MS)
    }
  }
  return { seen, done: Promise.all(Array.from({ length: CLIENTS }, client)) }
}

it.concurrent.for(['kafka', 'valkey'] as const)(
  '%s is unavailable for a while',
  {
    timeout: 400_000,
  },
  async (name, { expect, onTestFinished }) => {
    const { servers, stack, valkey } = await openOutage(name, (step) =>
      onTestFinished(async () => void (await step())),
    )
    const counted = async (): Promise<number> => Number(await valkey.get('reportes:total:electronica'))
    let over = false
    const { seen, done } = load(stack, () => over)
    const { statuses } = seen
    const acknowledged = (): number => statuses.get(200) ?? 0
    await until(async () => (await counted()) > 0, RECOVERY_MS)
    servers.kill(name, 'SIGSTOP')
    const away = pause(AWAY_MS)
    expect(await until(() => allAnswer(stack, name, '/health', 503), AWAY_MS), 'it was not said').toBe(true)
    expect(await allAnswer(stack, name, '/ready', 200)).toBe(true)
    await away
    servers.kill(name, 'SIGCONT')
    const before = acknowledged()
    // As many as there are clients were on their way; more than that were asked for and stored afterwards.
    const recovered = await until(async () => acknowledged() > before + CLIENTS, RECOVERY_MS)
    over = true
    await done
    expect(recovered).toBe(true)
    expect(await until(() => allAnswer(stack, name, '/health', 200), RECOVERY_MS)).toBe(true)
    expect([...statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([])
    expect(seen.withoutRetryAfter).toBe(0)
    if (name === 'kafka') expect(statuses.get(503)).toBeGreaterThan(0)
    const unknown = statuses.get(503) ?? 0
    await expect.poll(counted, { timeout: RECOVERY_MS }).toBeGreaterThanOrEqual(acknowledged())
    expect(await counted()).toBeLessThanOrEqual(acknowledged() + unknown)
    for (const process of STANDARD_FUNCTIONS) {
      expect(processUsage(stack.processes.get(process).pid)?.rssBytes, process).toBeLessThan(RSS_BYTES)
    }
  },
)
