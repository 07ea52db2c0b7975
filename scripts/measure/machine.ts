/** What the whole machine does, from Linux's /proc/stat (proc_stat(5)): who else takes its cores while we measure. */
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { processUsage } from '../lib/process-stat.ts'

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const US_PER_TICK = 10_000
/** The columns of the first line: user nice system idle iowait irq softirq steal. */
const IDLE_COLUMNS = new Set([3, 4])
const COLUMNS = 8

/** CPU time that its cores were not idle since it started, in microseconds; undefined elsewhere than on Linux. */
function machineBusyUs(): number | undefined {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
    const ticks = line
      .trim()
      .split(/\s+/)
      .slice(1, 1 + COLUMNS)
      .map(Number)
    return (
      ticks.reduce((sum, value, column) => (IDLE_COLUMNS.has(column) ? sum : sum + value), 0) * US_PER_TICK
    )
  } catch {
    return undefined
  }
}

export type ByName = Readonly<Record<string, number>>

/** CPU microseconds of each process since its start; of one that is gone 0, and of all of them where there is no /proc. */
export const cpuOf = (pids: ByName): ByName =>
  Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, processUsage(pid)?.cpuUs ?? 0]))

/** Cores that others than these processes take. */
export interface OthersMeter {
  /** Since the last call, on average; undefined where it cannot be told. */
  cores(): number | undefined
}

/** @param pids asked at each call: what is ours then */
export function othersMeter(pids: () => readonly number[]): OthersMeter {
  const look = () => ({
    atMs: performance.now(),
    busyUs: machineBusyUs(),
    ours: new Map(pids().map((pid) => [pid, processUsage(pid)?.cpuUs ?? 0])),
  })
  let before = look()
  return {
    cores: () => {
      const now = look()
      const then = before
      before = now
      if (now.busyUs === undefined || then.busyUs === undefined) return undefined
      const ours = [...now.ours].reduce((sum, [pid, us]) => sum + us - (then.ours.get(pid) ?? us), 0)
      const takenUs = (now.atMs - then.atMs) * 1_000
      return Math.max(0, (now.busyUs - then.busyUs - ours) / takenUs)
    },
  }
}

/** @returns cores that others take while we do nothing */
export async function idleCores(meter: OthersMeter, ms: number): Promise<number | undefined> {
  meter.cores()
  await pause(ms)
  return meter.cores()
}
