/** Locust as a child: what it is told, and what it reports. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { REPO_DIR } from '../lib/paths.ts'
import type { StartOptions } from './options.ts'
import type { Child } from './processes/child.ts'
import type { Processes } from './processes/processes.ts'
import { ensureVenv } from './servers/venv.ts'

/** Lines of locust/report.py. */
export interface LoadFigures {
  readonly kind: 'second' | 'total'
  /** In seconds. */
  readonly seconds: number
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly unknown: number
  /** Of the acknowledged, those that only repeated one. */
  readonly repeated: number
  /** Of the acknowledged, those by gRPC. */
  readonly calls: number
  readonly missed_starts: number
  readonly users: number
  /** Acknowledged per second; in the total those of the steady window. */
  readonly rps: number | null
  readonly p50_ms: number | null
  readonly p99_ms: number | null
  readonly reasons?: Readonly<Record<string, number>>
}

export interface Load {
  readonly child: Child
  /** Lines that came since the last call. */
  poll(): LoadFigures[]
  readonly receiptsFile: string
}

/** Where it runs, and where it sends. */
export interface LoadPlace {
  readonly python: string
  /** URL of ingest. */
  readonly host: string
  /** host:port, for what goes by gRPC. */
  readonly publisher: string
  /** Where it writes. */
  readonly dir: string
}

/** The name of its process. */
export const LOAD = 'locust'
const LOCUST_DIR = join(REPO_DIR, 'locust')
const READ_BYTES = 64 * 1024

/** Those that it can send by themselves. */
export const loadable = (domainNames: readonly string[]): string[] =>
  domainNames.filter((name) => existsSync(join(LOCUST_DIR, 'domains', `${name}.json`)))

export const installLoad = () => ensureVenv('Locust')

export async function startLoad(
  processes: Processes,
  { python, host, publisher, dir }: LoadPlace,
  { duration, users, rate, domain, mistakes }: StartOptions,
): Promise<Load> {
  const resultsFile = join(dir, 'load.jsonl')
  const receiptsFile = join(dir, 'receipts.txt')
  await Promise.all([resultsFile, receiptsFile].map((file) => rm(file, { force: true })))
  const args = ['-m', 'locust', '-f', join(LOCUST_DIR, 'locustfile.py'), '--headless', '--host', host]
  args.push('--grpc', publisher)
  args.push(
    '--users',
    String(users),
    '--domain',
    domain,
    '--results',
    resultsFile,
    '--receipts',
    receiptsFile,
  )
  args.push('--only-summary', '--exit-code-on-error', '0', '--loglevel', 'WARNING')
  if (duration !== undefined) args.push('--run-time', `${duration}s`)
  if (mistakes) args.push('--mistakes')
  if (rate !== undefined) args.push('--pace', String(rate))
  const child = processes.start({ name: LOAD, command: python, args, restart: false })
  return { child, poll: jsonLines(resultsFile), receiptsFile }
}

/** New whole lines of a file that grows, or is not there yet. */
function jsonLines(file: string): () => LoadFigures[] {
  let position = 0
  let rest = Buffer.alloc(0)
  const buffer = Buffer.alloc(READ_BYTES)
  return () => {
    let fd: number
    try {
      fd = openSync(file, 'r')
    } catch {
      return []
    }
    try {
      for (let read = 1; read > 0; position += read) {
        read = readSync(fd, buffer, 0, READ_BYTES, position)
        rest = Buffer.concat([rest, buffer.subarray(0, read)])
      }
    } finally {
      closeSync(fd)
    }
    const end = rest.lastIndexOf('\n') + 1
    const lines = rest.subarray(0, end).toString().split('\n').slice(0, -1)
    rest = rest.subarray(end)
    return lines.map((line) => JSON.parse(line) as LoadFigures)
  }
}
