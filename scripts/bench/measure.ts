/** One measurement: load, the wait until all of it is counted, and what that cost. */
import { until } from '../_machine/until.ts'
import { drive, type Load } from './load.ts'
import { type Probe, sum } from './probe.ts'

const DRAIN_MS = 60_000
/** Threads of the JVM and of V8 that finish their work in the background. */
const WARM_SECONDS = 1

export interface Measurement {
  readonly name: string
  readonly eventsPerS: number
  /** Events counted a second, from the first request to the last count; 0 where nothing is counted. */
  readonly countedPerS: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
  readonly cpuUsPerEvent: Readonly<Record<string, number>>
  readonly batchItems: Readonly<Record<string, number>>
}

export interface Task extends Load {
  readonly name: string
  readonly eventsPerRequest: number
  /** Whether the events end in Valkey. */
  readonly counts: boolean
}

export async function measure(task: Task, probe: Probe): Promise<Measurement> {
  await drive({ ...task, seconds: WARM_SECONDS })
  await settled(probe)
  const before = await probe.sample()
  const start = performance.now()
  const result = await drive(task)
  const events = result.answered * task.eventsPerRequest
  if (task.counts) await drained(probe, before.counted + events)
  const seconds = (performance.now() - start) / 1000
  const after = await probe.sample()
  const perEvent = (name: string): number => ((after.cpuUs[name] ?? 0) - (before.cpuUs[name] ?? 0)) / events
  const batchItems = Object.keys(after.batches).flatMap((name) => {
    const sends = (after.batches[name]?.sends ?? 0) - (before.batches[name]?.sends ?? 0)
    return sends === 0
      ? []
      : [[name, ((after.batches[name]?.items ?? 0) - (before.batches[name]?.items ?? 0)) / sends]]
  })
  return {
    name: task.name,
    eventsPerS: events / result.seconds,
    countedPerS: task.counts ? events / seconds : 0,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    failed: result.failed,
    cpuUsPerEvent: Object.fromEntries(Object.keys(after.cpuUs).map((name) => [name, perEvent(name)])),
    batchItems: Object.fromEntries(batchItems),
  }
}

async function drained(probe: Probe, counted: number): Promise<void> {
  const done = await until(async () => (await probe.counted()) >= counted, DRAIN_MS)
  if (!done)
    throw new Error(`only ${await probe.counted()} of ${counted} events were counted in ${DRAIN_MS} ms`)
}

/** What was on its way from the warm-up has arrived: nothing new for a while. */
async function settled(probe: Probe): Promise<void> {
  let last = -1
  await until(
    async () => {
      const counted = await probe.counted()
      const same = counted === last
      last = counted
      return same
    },
    DRAIN_MS,
    300,
  )
}

export const total = (cost: Measurement['cpuUsPerEvent'], names: readonly string[]): number =>
  sum(names.map((name) => cost[name] ?? 0))
