/**
 * Nothing stays behind when the runner is killed -9: a small process in a session of its own (guard-process.ts) holds
 * the read end of a pipe, which the kernel closes with the runner. It is told each child's group in the same turn of
 * the event loop in which the child starts.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { execa } from 'execa'

const SCRIPT = join(import.meta.dirname, 'guard-process.ts')
const TERM_MS = 6_000

export interface Guard {
  readonly pid: number
  add: (groupId: number) => void
  remove: (groupId: number) => void
  /** Says goodbye: what is still running goes on. */
  close: () => Promise<void>
}

/** @param termMs for the children to finish what they have in hand, from SIGTERM to SIGKILL */
export function startGuard(termMs = TERM_MS): Guard {
  const { nodeChildProcess: guard } = execa(process.execPath, [SCRIPT, String(termMs)], {
    stdin: 'pipe',
    // It outlives the runner, so it must not hold its terminal or its reader's pipe.
    stdout: 'ignore',
    stderr: 'ignore',
    detached: true,
    cleanup: false,
    reject: false,
  })
  if (guard.pid === undefined || guard.stdin === null) throw new Error('cannot start the guard')
  const { pid, stdin } = guard
  const exited = once(guard, 'exit')
  // A guard that is gone must not take the runner with it.
  stdin.on('error', () => {})
  guard.unref()
  return {
    pid,
    add: (groupId) => stdin.write(`+${groupId}\n`),
    remove: (groupId) => stdin.write(`-${groupId}\n`),
    close: async () => {
      stdin.end('bye\n')
      guard.ref()
      await exited
    },
  }
}
