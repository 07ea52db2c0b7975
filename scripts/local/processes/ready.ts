/** Waits for a server that was just started. */

import { until } from '../../lib/until.ts'
import type { Child } from './child.ts'

/** Between two looks, in milliseconds: each is a connection. */
const POLL_MS = 100

/** @returns false, with the child stopped, when it died or did not answer in time, or somebody stopped it */
export async function untilReady(
  child: Child,
  answers: () => Promise<boolean>,
  deadlineMs: number,
): Promise<boolean> {
  const over = () => child.deaths > 0 || child.stopping
  const answered = await until(() => over() || answers(), deadlineMs, POLL_MS)
  if (answered && !over()) return true
  await child.stop()
  return false
}
