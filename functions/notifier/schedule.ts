/**
 * Sends what is due while this process lives. There is one timer, for the mail whose time comes next, so an idle function
 * stays idle. What is due when no process lives waits in Valkey for the next one.
 */
import type { Logger, Readiness } from '../_core/ports.ts'

/** Another process may have put mails off: looked for at least this often, in milliseconds. */
const LONGEST_MS = 60_000
const AFTER_FAILURE_MS = 5_000
/** Before what is not ready is looked for again, in milliseconds. */
const NOT_READY_MS = 200

export interface Schedule {
  /** Something was put off: it may be due before all that is known. */
  wake(): void
  close(): Promise<void>
}

/**
 * @param sweep sends what is due, and says when the next one is, in milliseconds since the epoch
 * @param readiness of what the sweep needs: without that nothing is known to be due
 */
export function startSchedule(
  sweep: () => Promise<number | undefined>,
  clock: () => number,
  log: Logger,
  readiness: Readiness = () => undefined,
): Schedule {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false
  let closed = false

  const run = async (): Promise<void> => {
    let waitMs = AFTER_FAILURE_MS
    try {
      const nextMs = readiness() === undefined ? await sweep() : clock() + NOT_READY_MS
      waitMs = nextMs === undefined ? LONGEST_MS : Math.min(LONGEST_MS, Math.max(0, nextMs - clock()))
    } catch (error) {
      log.warn({ err: error }, 'what is due could not be sent')
    }
    running = undefined
    if (closed) return
    if (again) start()
    else timer = setTimeout(start, waitMs)
  }
  const start = (): void => {
    again = false
    clearTimeout(timer)
    running = run()
  }
  start()
  return {
    wake: () => {
      if (closed) return
      if (running === undefined) start()
      else again = true
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      await running
    },
  }
}
