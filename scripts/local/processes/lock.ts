/**
 * A lock file that names its holder, so that it can be taken over when the holder is dead.
 * One runner per data folder; also one installer at a time.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { startTimeOf } from '../../lib/process-stat.ts'
import { until } from '../../lib/until.ts'
import { UserError } from '../../lib/user-error.ts'

/** How long to wait for what a dead runner's guard still stops, in milliseconds. */
const GUARD_MS = 20_000

interface Holder {
  pid: number
  startTime: string
  /** Stops the holder's children when the holder dies; until it is gone, they may not be. */
  guardPid?: number
}

export interface LockOptions {
  file: string
  guardPid?: number
  /** Wait this long for a live holder instead of failing at once. Default: 0. */
  waitMs?: number
  /** Told when a dead holder's lock is taken over. */
  say?: (line: string) => void
}

export interface Lock {
  release: () => Promise<void>
}

/** @throws UserError naming the pid of a live holder */
export async function acquireLock({
  file,
  guardPid,
  waitMs = 0,
  say = () => {},
}: LockOptions): Promise<Lock> {
  const me: Holder = {
    pid: process.pid,
    startTime: startTimeOf(process.pid) ?? '',
    ...(guardPid !== undefined && { guardPid }),
  }
  const taken = await until(() => tryTake(file, me, say), waitMs)
  if (!taken) {
    throw new UserError(
      `Another one is running already (process ${readHolder(file)?.pid}, it says in ${file}). ` +
        'Stop that one first, or wait until it has ended.',
    )
  }
  const orphanGuard = taken.deadHolder?.guardPid
  if (orphanGuard !== undefined) await until(() => startTimeOf(orphanGuard) === undefined, GUARD_MS)
  return { release: async () => rmSync(file, { force: true }) }
}

/** @returns undefined while a live holder has it */
function tryTake(
  file: string,
  me: Holder,
  say: (line: string) => void,
): { deadHolder: Holder | undefined } | undefined {
  if (create(file, me)) return { deadHolder: undefined }
  const holder = readHolder(file)
  if (holder && startTimeOf(holder.pid) === holder.startTime) return undefined
  if (!removeStale(file, holder) || !create(file, me)) return undefined
  say(`Took over ${file} from process ${holder?.pid ?? '(unknown)'}, which is dead`)
  return { deadHolder: holder }
}

/** Linked, not written in place: nobody ever sees half of it and takes that for a dead holder's. */
function create(file: string, me: Holder): boolean {
  const whole = `${file}.${process.pid}.new`
  writeFileSync(whole, JSON.stringify(me))
  try {
    linkSync(whole, file)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(whole)
  }
}

/** Moved aside first: of two that found the same stale lock, one must not remove the other's new one. */
function removeStale(file: string, stale: Holder | undefined): boolean {
  const aside = `${file}.${process.pid}.stale`
  try {
    renameSync(file, aside)
  } catch {
    return false
  }
  const moved = readHolder(aside)
  const isStale = moved?.pid === stale?.pid && moved?.startTime === stale?.startTime
  if (isStale) rmSync(aside)
  else renameSync(aside, file)
  return isStale
}

/** @returns undefined when it is not there or is not one of ours */
function readHolder(file: string): Holder | undefined {
  try {
    const holder: Partial<Holder> | null = JSON.parse(readFileSync(file, 'utf8'))
    const { pid, startTime, guardPid } = holder ?? {}
    if (typeof pid !== 'number' || typeof startTime !== 'string') return undefined
    return { pid, startTime, ...(typeof guardPid === 'number' && { guardPid }) }
  } catch {
    return undefined
  }
}
