/** Starts a part and waits until it is ready. */

import { until } from '../lib/until.ts'
import { UserError } from '../lib/user-error.ts'
import type { Part } from './parts.ts'
import type { Child } from './processes/child.ts'
import type { Processes } from './processes/processes.ts'

const READY_DEADLINE_MS = 30_000
const PROBE_MS = 2_000

/** @throws UserError with the end of its log when it dies or does not become ready */
export async function startPart(processes: Processes, part: Part): Promise<Child> {
  const child = processes.start(part)
  const ready = await until(() => child.deaths > 0 || isReady(part.url), READY_DEADLINE_MS)
  if (ready && child.deaths === 0) return child
  await child.stop()
  const problem = child.deaths > 0 ? 'ended at once' : `was not ready in ${READY_DEADLINE_MS / 1000} s`
  throw new UserError(`${part.name} ${problem}. The end of ${child.logFile}:\n${child.logTail()}`)
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PROBE_MS) })
    return ok
  } catch {
    return false
  }
}
