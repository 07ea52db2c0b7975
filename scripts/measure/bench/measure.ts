/** One measurement: a load, the wait until all of it is counted, and what that cost by process. */
import { until } from '../../lib/until.ts'
import type { ByName } from '../machine.ts'
import type { Load } from './loads.ts'
import { mapRecord, type Probe } from './probe.ts'

const DRAIN_MS = 120_000
/** Two looks at the counter that see the same number mean that nothing is on its way. */
const QUIET_MS = 400
const WARM_S = 1

export interface Task {
  readonly name: string
  readonly load: Load
  readonly eventsPerRequest: number
  /** Whether the events end in Valkey. */
  readonly counts: boolean
}

export interface Measurement {
  readonly eventsPerS: number
  /** From the first request to the last count. */
  readonly countedPerS?: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
  readonly cpuUsPerEvent: ByName
  /** Items in a send of each function, on average. */
  readonly batchItems: ByName
}

export async function measure(task: Task, probe: Probe, seconds: number): Promise<Measurement> {
  await task.load(WARM_S)
  await quiet(probe)
  const [before, countedBefore] = [await probe.sample(), await probe.counted()]
  const start = performance.now()
  const result = await task.load(seconds)
  const events = result.answered * task.eventsPerRequest
  if (task.counts) await drained(probe, countedBefore + events)
  const whole = (performance.now() - start) / 1000
  const after = await probe.sample()
  const grown = (figure: 'cpuUs' | 'sends' | 'items', name: string): number =>
    (after[figure][name] ?? 0) - (before[figure][name] ?? 0)
  const sending = Object.keys(after.sends).filter((name) => grown('sends', name) > 0)
  return {
    eventsPerS: events / result.seconds,
    ...(task.counts && { countedPerS: events / whole }),
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    failed: result.failed,
    cpuUsPerEvent: mapRecord(after.cpuUs, (_, name) => grown('cpuUs', name) / events),
    batchItems: Object.fromEntries(
      sending.map((name) => [name, grown('items', name) / grown('sends', name)]),
    ),
  }
}

async function drained(probe: Probe, counted: number): Promise<void> {
  if (await until(async () => (await probe.counted()) >= counted, DRAIN_MS)) return
  throw new Error(`only ${await probe.counted()} of ${counted} events were counted within ${DRAIN_MS} ms`)
}

async function quiet(probe: Probe): Promise<void> {
  let last = -1
  await until(
    async () => {
      const counted = await probe.counted()
      const same = counted === last
      last = counted
      return same
    },
    DRAIN_MS,
    QUIET_MS,
  )
}
