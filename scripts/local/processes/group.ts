/** Process groups: a child and everything that it started. */
import { readdirSync } from 'node:fs'
import { procStat } from '../../lib/process-stat.ts'

/** In /proc/<pid>/stat, counted from behind the command's name. */
const STAT_STATE = 0
const STAT_GROUP = 2

/** Whether any process of the group still runs. */
export function groupAlive(groupId: number): boolean {
  return signalGroup(groupId, 0) && (process.platform !== 'linux' || !onlyZombies(groupId))
}

/** @returns false when the group is gone already */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal)
  } catch (error) {
    // macOS answers EPERM for a group of which only zombies are left.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))
      return false
    throw error
  }
}

/** Linux takes a signal for them too, and an orphan stays one for as long as init does not look after it. */
function onlyZombies(groupId: number): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.every((pid) => {
    const stat = procStat(Number(pid))
    return stat?.[STAT_GROUP] !== String(groupId) || stat[STAT_STATE] === 'Z'
  })
}
