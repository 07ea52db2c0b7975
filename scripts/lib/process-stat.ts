/** What a process has used, from Linux's /proc (proc(5)); undefined elsewhere, and once it is gone. */

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

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

/** In /proc/<pid>/stat, counted from behind the command's name: the state is 0. */
const STAT_STATE = 0
const STAT_START = 19

/** When the process was started, in the machine's own form; undefined when it is gone, or only a zombie is left. */
export function startTimeOf(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid)
}

/** The fields of /proc/<pid>/stat behind the command's name, which may contain anything; undefined without such a process. */
export function procStat(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

function linuxStartTime(pid: number): string | undefined {
  const stat = procStat(pid)
  return stat === undefined || stat[STAT_STATE] === 'Z' ? undefined : stat[STAT_START]
}

function psStartTime(pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
