/** Starts a process as the leader of a group of its own, with its output in a file or line by line. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { execa } from 'execa'
import { UserError } from '../../lib/user-error.ts'

export interface Command {
  name: string
  command: string
  args: readonly string[]
  /** Added to the inherited environment; `undefined` takes a variable out. */
  env?: Readonly<Record<string, string | undefined>>
  cwd?: string
  /** Gets each line of stdout and stderr; without it they go to the log file. */
  onLine?: (line: string) => void
}

export interface Ending {
  /** undefined after a signal. */
  exitCode: number | undefined
  signal: string | undefined
}

export interface Spawned {
  /** Also the id of its group. */
  pid: number
  ended: Promise<Ending>
}

/** @throws UserError when the command cannot be run */
export function spawnGroup(
  { name, command, args, env, cwd, onLine }: Command,
  logFile: string,
  flag: 'w' | 'a',
): Spawned {
  const log = openSync(logFile, flag)
  // execa's types know only the standard descriptors; it passes on any, so that no output runs through this process.
  const output = onLine ? 'pipe' : (log as 1)
  const child = execa(command, args, {
    stdin: 'ignore',
    stdout: output,
    stderr: output,
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
    ...(env && { env }),
    ...(cwd && { cwd }),
  })
  closeSync(log)
  if (child.pid === undefined) {
    throw new UserError(`Cannot start ${name}: the command ${command} is missing or cannot be run`)
  }
  if (onLine) for (const stream of [child.stdout, child.stderr]) readLines(stream, onLine)
  return { pid: child.pid, ended: exit(child.nodeChildProcess) }
}

/** Not execa's result, which waits for the output too: a grandchild may hold that open. */
async function exit(child: ChildProcess): Promise<Ending> {
  const [exitCode, signal] = await once(child, 'exit')
  return { exitCode: exitCode ?? undefined, signal: signal ?? undefined }
}

function readLines(input: Readable | null, onLine: (line: string) => void): void {
  if (input) createInterface({ input }).on('line', onLine)
}
