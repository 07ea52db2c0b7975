/** Starts what is measured, drives it round by round, and stops it. */
import type { TestStack } from '../../local/test-stack.ts'
import { startBare } from '../bare/process.ts'
import type { ByName } from '../machine.ts'
import { withStack } from '../stack.ts'
import { type Footprint, footprints, startTimes } from './footprint.ts'
import { producerPerf, scriptAlone, sendBatchAlone } from './limits.ts'
import { type Measurement, measure } from './measure.ts'
import { probe } from './probe.ts'
import type { Rounds } from './report.ts'
import { tasks } from './tasks.ts'

/** Of each load. */
const WARM_UP_S = 5

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

export const run = (options: RunOptions): Promise<Results> =>
  withStack(async ({ pipeline, pids }) => {
    const [domain] = pipeline.domains
    if (domain === undefined) throw new Error('there is no domain')
    const bare = await startBare({ transport: 'http1', format: 'json', domain: domain.name, checks: true })
    try {
      return await runOn(pipeline, bare.address, { ...pids, bare: bare.pid }, options)
    } finally {
      await bare.stop()
    }
  })

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
