/** What a process has used, from Linux's /proc (proc(5)); undefined elsewhere, and once it is gone. */
import { readdirSync, readFileSync } from 'node:fs'
import { procStat } from './process-identity.ts'

export interface Usage {
  /** CPU time of all its threads since its start, in microseconds. */
  readonly cpuUs: number
  /** Resident memory, in bytes. */
  readonly rssBytes: number
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const US_PER_TICK = 10_000
/** In /proc/<pid>/stat, counted from behind the command's name. */
const STAT_UTIME = 11
const STAT_STIME = 12

export function processUsage(pid: number): Usage | undefined {
  const stat = procStat(pid)
  if (!stat) return undefined
  const ticksUs = (Number(stat[STAT_UTIME]) + Number(stat[STAT_STIME])) * US_PER_TICK
  try {
    const kib = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    // The ticks are rounded down to 10 ms, the threads' own figures are exact but go with a thread that ends.
    return { cpuUs: Math.max(ticksUs, threadsUs(pid)), rssBytes: Number(kib ?? 0) * 1024 }
  } catch {
    return undefined
  }
}

/** The first number of schedstat: nanoseconds on a CPU. A kernel without it counts as 0. */
function threadsUs(pid: number): number {
  let ns = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // Ended since it was listed.
    }
  }
  return ns / 1000
}
