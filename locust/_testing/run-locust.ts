/** Runs the real Locust against a server, and reads what it wrote. */
import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { REPO_DIR } from '../../scripts/lib/paths.ts'
import type { LoadFigures } from '../../scripts/local/load.ts'
import { ensureVenv } from '../../scripts/local/servers/venv.ts'

/** Nothing here runs longer, in milliseconds. */
const DEADLINE_MS = 60_000

/** A line of `--results`; the fields are explained in report.py. */
export interface Line extends LoadFigures {
  readonly t?: number
  readonly in_flight: number
  readonly steady_seconds?: number
}

export interface Ended {
  readonly exitCode: number | undefined
  readonly seconds: readonly Line[]
  readonly totals: readonly Line[]
  readonly receipts: readonly string[]
  readonly output: string
  /** Where further reports were written. */
  readonly dir: string
}

export interface LocustRun {
  readonly ended: Promise<Ended>
  /** So far. */
  lines(): Promise<readonly Line[]>
  signal(name: NodeJS.Signals): void
}

/** @param args as on a command line; `DIR` stands for the run's own folder in `reports` */
export async function startLocust(reports: string, url: string, args: string): Promise<LocustRun> {
  const venv = await ensureVenv('Locust')
  const dir = await mkdtemp(join(reports, 'run-'))
  const results = join(dir, 'results.jsonl')
  const receipts = join(dir, 'receipts.txt')
  const fixed = `-f locust/locustfile.py --host ${url} --headless --only-summary --results ${results} --receipts ${receipts}`
  const child = execa(join(venv.dir, 'bin/locust'), `${fixed} ${args.replaceAll('DIR', dir)}`.split(' '), {
    cwd: REPO_DIR,
    all: true,
    reject: false,
    timeout: DEADLINE_MS,
  })
  const lines = async (): Promise<readonly Line[]> => (await rows(results)).map((row) => JSON.parse(row))
  const end = async (): Promise<Ended> => {
    const { exitCode, all: output } = await child
    const written = await lines()
    return {
      exitCode,
      seconds: written.filter((line) => line.kind === 'second'),
      totals: written.filter((line) => line.kind === 'total'),
      receipts: await rows(receipts),
      output,
      dir,
    }
  }
  return { ended: end(), lines, signal: (name) => void child.kill(name) }
}

async function rows(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').filter((row) => row !== '')
}
