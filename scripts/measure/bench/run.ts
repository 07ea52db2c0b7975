/** Starts what is measured, drives it round by round, and stops it. */
import { startTestStack, type TestStack } from '../../local/test-stack.ts'
import { startBare } from '../bare/process.ts'
import type { ByName } from '../machine.ts'
import { pidsOf, withStack } from '../stack.ts'
import { type Footprint, footprints, startTimes } from './footprint.ts'
import { producerPerf, scriptAlone, sendBatchAlone } from './limits.ts'
import { type Measurement, measure, type Task } from './measure.ts'
import { type Probe, probe } from './probe.ts'
import type { Rounds } from './report.ts'
import { LIVES, orderedSingleTasks, orderedTasks, singleTasks, tasks } from './tasks.ts'

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
    const { brokers, valkeyUrl } = pipeline
    const single = await startTestStack({ brokers, valkeyUrl, env: { KAFKA_RECORDS: 'single' } })
    const servers = { ...pids, bare: bare.pid }
    const looks = [probe(pipeline, servers), probe(single, { ...servers, ...pidsOf(single) })] as const
    try {
      return await runOn(
        { stack: pipeline, pids: servers, look: looks[0] },
        { stack: single, look: looks[1] },
        bare.address,
        options,
      )
    } finally {
      for (const look of looks) look.close()
      await single.stop()
      await bare.stop()
    }
  })

interface Measured {
  readonly stack: TestStack
  readonly look: Probe
}

/**
 * Until everything that runs often is compiled: for its first ten thousand events a function spends as much CPU on its
 * compiler as on its work, and that would be the first round's figures.
 */
async function warmUp(all: readonly Task[]): Promise<void> {
  process.stderr.write('warming up\n')
  for (const { load } of all) await load(WARM_UP_S)
}

async function runOn(
  { stack, pids, look }: Measured & { readonly pids: ByName },
  single: Measured,
  bareUrl: string,
  options: RunOptions,
): Promise<Results> {
  const rounds = new Map<string, Partial<Measurement>[]>()
  const note = async (name: string, figures: () => Promise<Partial<Measurement>>): Promise<void> => {
    if (!name.includes(options.only ?? '')) return
    process.stderr.write(`${name}\n`)
    rounds.set(name, [...(rounds.get(name) ?? []), await figures()])
  }
  const startMs = await startTimes(stack)
  const footprintBefore = await footprints(stack)
  const isWanted = ({ name }: Task): boolean => name.includes(options.only ?? '')
  const isOrdered = options.only?.includes(LIVES) === true
  const packed = [...tasks(stack, bareUrl), ...(isOrdered ? orderedTasks(stack) : [])]
  const alone = [...singleTasks(single.stack), ...(isOrdered ? orderedSingleTasks(single.stack) : [])]
  await warmUp([...packed, ...alone].filter(isWanted))
  for (let round = 0; round < options.rounds; round++) {
    for (const task of packed) await note(task.name, () => measure(task, look, options.seconds))
    for (const task of alone) await note(task.name, () => measure(task, single.look, options.seconds))
    await note('Valkey script alone', () => scriptAlone(stack, pids.valkey ?? 0, options.seconds))
  }
  const footprintAfter = await footprints(stack)
  // Last: their records are in the log as well, and would be counted between the measurements.
  await note('kafkajs alone', () => sendBatchAlone(stack, options.seconds))
  await note('Kafka producer test', () => producerPerf(stack))
  return { rounds, footprintBefore, footprintAfter, startMs }
}
