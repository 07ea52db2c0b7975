/** Tells one process from a later one that got the same pid. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

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
