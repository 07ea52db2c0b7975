/**
 * A function's life: parts are opened in order and closed in reverse. SIGTERM and SIGINT stop it: it takes nothing new,
 * finishes what is in hand, closes and exits 0; past the deadline it exits 1. A defect that nobody caught ends it with
 * 1 as well, so that it is restarted instead of limping on.
 */
import { SHUTDOWN_MS } from '../_core/limits.ts'
import type { Readiness } from '../_core/ports.ts'
import type { Logger } from './log.ts'

export interface Lifecycle {
  /** Closes `part` at the end, after everything that was opened later. */
  onClose(name: string, close: () => Promise<void> | void): void
  /** Not ready while stopping, so that nothing new is sent here. */
  readonly readiness: Readiness
}

export function startLifecycle(log: Logger): Lifecycle {
  const parts: { name: string; close: () => Promise<void> | void }[] = []
  const state = { closing: false }

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (state.closing) return
    state.closing = true
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.error({ deadlineMs: SHUTDOWN_MS }, 'did not stop in time')
      process.exit(1)
    }, SHUTDOWN_MS).unref()
    for (const part of parts.reverse()) {
      try {
        await part.close()
      } catch (error) {
        log.error({ err: error, part: part.name }, 'could not close')
      }
    }
    log.info('stopped')
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'defect')
    process.exit(1)
  })
  return {
    onClose: (name, close) => void parts.push({ name, close }),
    readiness: () => (state.closing ? 'stopping' : undefined),
  }
}

/** Runs a function's `main`: what stops it from starting is one readable line on standard error, and exit code 1. */
export async function run(start: () => Promise<void>): Promise<void> {
  try {
    await start()
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(1)
  }
}
