/** Starts what is measured, drives it round by round, and stops it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { until } from '../lib/until.ts'
import { Processes } from '../local/processes/processes.ts'
import { startKafka } from '../local/servers/kafka.ts'
import { startValkey } from '../local/servers/valkey.ts'
import { startTestStack, type TestStack } from '../local/test-stack.ts'
import { type Footprint, footprints, startTimes } from './footprint.ts'
import { producerPerf, scriptAlone, sendBatchAlone } from './limits.ts'
import { type Measurement, measure } from './measure.ts'
import { type ByName, probe } from './probe.ts'
import type { Rounds } from './report.ts'
import { tasks } from './tasks.ts'

const START_DEADLINE_MS = 10_000
/** Of each load. */
const WARM_UP_S = 5
const node = join(import.meta.dirname, '../../node_modules/.bin/node')

export interface RunOptions {
  readonly rounds: number
  readonly seconds: number
  /** Only what has this in its name. */
  readonly only?: string
}

export interface Results {
  readonly rounds: Rounds
  readonly footprintBefore: Readonly<Record<string, Footprint>>
  readonly footprintAfter: Readonly<Record<string, Footprint>>
  /** Milliseconds. */
  readonly startMs: ByName
}

export async function run(options: RunOptions): Promise<Results> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-bench-'))
  const servers = new Processes({ logDir: dir })
  try {
    const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await getPort(), processes: servers })
    const valkey = await startValkey({ dir: join(dir, 'valkey'), port: await getPort(), processes: servers })
    const bare = await startBare(servers)
    const stack = await startTestStack({ brokers: kafka.brokers, valkeyUrl: valkey.url })
    try {
      return await runOn(stack, bare.url, { bare: bare.pid, kafka: kafka.pid, valkey: valkey.pid }, options)
    } finally {
      await stack.stop()
    }
  } finally {
    await servers.stopAll()
    await rm(dir, { recursive: true, force: true })
  }
}

async function startBare(servers: Processes) {
  const port = String(await getPort())
  const args = [join(import.meta.dirname, 'bare-http.ts'), port]
  const { pid } = servers.start({ name: 'bare', command: node, args, restart: false })
  const url = `http://127.0.0.1:${port}`
  await until(
    async () => (await fetch(url, { method: 'POST', body: '{}' }).catch(() => undefined)) !== undefined,
    START_DEADLINE_MS,
  )
  return { pid, url }
}

/**
 * Until everything that runs often is compiled: for its first ten thousand events a function spends as much CPU on its
 * compiler as on its work, and that would be the first round's figures.
 */
async function warmUp(stack: TestStack, bareUrl: string): Promise<void> {
  process.stderr.write('warming up\n')
  for (const { load } of tasks(stack, bareUrl)) await load(WARM_UP_S)
}

async function runOn(stack: TestStack, bareUrl: string, pids: ByName, options: RunOptions): Promise<Results> {
  const look = probe(stack, pids)
  const rounds = new Map<string, Partial<Measurement>[]>()
  const note = async (name: string, figures: () => Promise<Partial<Measurement>>): Promise<void> => {
    if (!name.includes(options.only ?? '')) return
    process.stderr.write(`${name}\n`)
    rounds.set(name, [...(rounds.get(name) ?? []), await figures()])
  }
  const startMs = await startTimes(stack)
  const footprintBefore = await footprints(stack)
  await warmUp(stack, bareUrl)
  for (let round = 0; round < options.rounds; round++) {
    for (const task of tasks(stack, bareUrl))
      await note(task.name, () => measure(task, look, options.seconds))
    await note('Valkey script alone', () => scriptAlone(stack, pids.valkey ?? 0, options.seconds))
  }
  const footprintAfter = await footprints(stack)
  // Last: their records are in the log as well, and would be counted between the measurements.
  await note('kafkajs alone', () => sendBatchAlone(stack, options.seconds))
  await note('Kafka producer test', () => producerPerf(stack))
  look.close()
  return { rounds, footprintBefore, footprintAfter, startMs }
}
