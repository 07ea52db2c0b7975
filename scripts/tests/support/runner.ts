/** Runs `npm start` as a person does: on free ports and with a data folder of its own. */
import { globSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, onTestFinished } from 'vitest'
import { PORTS } from '../../../functions/_core/topology.ts'
import { freePort } from '../../lib/free-port.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { procStat } from '../../lib/process-stat.ts'
import { until } from '../../lib/until.ts'

/** Generous: two cores are shared with the other tests. */
const DEADLINE_MS = 90_000

export interface Place {
  readonly data: string
  readonly json: string
  readonly env: Readonly<Record<string, string>>
}

/** A data folder and ports; forgotten when the test ends. */
export async function newPlace(): Promise<Place> {
  const data = await mkdtemp(join(tmpdir(), 'caudal-start-'))
  onTestFinished(() => rm(data, { recursive: true, force: true, maxRetries: 5 }))
  const ports: Record<string, string> = {}
  for (const name of Object.keys(PORTS)) ports[name] = String(await freePort())
  return { data, json: join(data, 'out.json'), env: { ...ports, CAUDAL_DATA: data } }
}

export interface Runner {
  readonly pid: number
  /** The next line that matches, from where the last one was found on. */
  line(pattern: RegExp): Promise<string>
  signal(name: NodeJS.Signals): void
  /** @returns its exit code, once it and all its children are gone */
  ended(): Promise<number | undefined>
  output(): string
}

interface Start {
  readonly command?: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const NODE_ARGS = [join(REPO_DIR, 'scripts/cli.ts'), 'start']

export function startRunner(place: Place, { command, args, env = {} }: Start): Runner {
  const [file, before] = command === 'npm' ? ['npm', ['start', '--']] : [process.execPath, NODE_ARGS]
  const child = execa(file, [...before, ...args], {
    cwd: REPO_DIR,
    env: { ...place.env, ...env },
    stdin: 'ignore',
    all: true,
    reject: false,
    buffer: false,
    // Its own order of stopping takes longer.
    forceKillAfterDelay: false,
  })
  onTestFinished(() => void child.kill('SIGTERM'))
  const lines: string[] = []
  let rest = ''
  child.all?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  let position = 0
  const hasEnded = { yes: false }
  void child.then(() => {
    hasEnded.yes = true
  })
  return {
    pid: child.pid ?? 0,
    line: async (pattern) => {
      const find = (): number | undefined => {
        const found = lines.findIndex((line, index) => index >= position && pattern.test(line))
        return found < 0 ? undefined : found
      }
      const found = await until(() => find() ?? (hasEnded.yes ? -1 : undefined), DEADLINE_MS)
      if (found === undefined || found < 0) throw new Error(`no line ${pattern} in\n${lines.join('\n')}`)
      position = found + 1
      return lines[found] ?? ''
    },
    signal: (name) => void child.kill(name),
    ended: async () => {
      const { exitCode, signal } = await child
      expect(signal, 'a signal ended it').toBeUndefined()
      expect(
        await until(() => processesOf(place).length === 0, DEADLINE_MS),
        'something was left behind',
      ).toBe(true)
      return exitCode
    },
    output: () => lines.join('\n'),
  }
}

/** Valkey's append-only file loses its end, as if the machine had died before all of it was on disk. */
export function cutValkeyFile({ data }: Place, share: number): void {
  const [file] = globSync(join(data, 'valkey/appendonlydir/*.incr.aof')).sort().reverse()
  if (file === undefined) throw new Error('no append-only file')
  truncateSync(file, Math.floor(statSync(file).size * (1 - share)))
}

/** The runner's children: name of the part → pid. */
export function childrenOf(pid: number): Map<string, number> {
  const names = new Map<string, number>()
  for (const child of pids()) {
    if (Number(procStat(child)?.[PARENT]) !== pid) continue
    const name = nameOf(commandLine(child))
    if (name !== undefined) names.set(name, child)
  }
  return names
}

const PARENT = 1
const STATE = 0

function nameOf(command: string): string | undefined {
  if (command.includes('kafka.Kafka')) return 'kafka'
  if (command.includes('valkey-server')) return 'valkey'
  if (command.includes('kafka-source/main.ts')) return 'source'
  if (command.includes('locustfile.py')) return 'locust'
  return /functions\/(\w+)\/main\.cjs/.exec(command)?.[1]
}

/** Processes that were started with this data folder, whatever became of their parents; zombies do not count. */
export function processesOf({ data, env }: Place): number[] {
  const marks = [`CAUDAL_DATA=${data}`, `127.0.0.1:${env.VALKEY_PORT}`]
  return pids().filter((pid) => {
    const texts = [readProc(pid, 'environ'), readProc(pid, 'cmdline')].join('\0')
    return marks.some((mark) => texts.includes(mark)) && pid !== process.pid && procStat(pid)?.[STATE] !== 'Z'
  })
}

const pids = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)

const commandLine = (pid: number): string => readProc(pid, 'cmdline').replaceAll('\0', ' ')

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
