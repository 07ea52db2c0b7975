/** A bounded Locust run against the gateway, and what it reports each second. */
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { REPO_DIR } from '../../lib/paths.ts'
import { ensureVenv } from '../../local/servers/venv.ts'

export interface LocustOptions {
  readonly url: string
  readonly host: string
  readonly users: number
  readonly seconds: number
}

/** One line of Locust's results; see locust/report.py. */
export interface Second {
  readonly kind: 'second' | 'total'
  /** Seconds since the start, and of this line's interval. */
  readonly t: number
  readonly seconds: number
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly unknown: number
  readonly in_flight: number
  readonly rps: number
  readonly p50_ms: number | null
  readonly p99_ms: number | null
  readonly reasons?: Readonly<Record<string, number>>
}

export interface LocustRun {
  /** What clients saw in the last whole second; undefined before the first. */
  latest(): Promise<Second | undefined>
  readonly finished: Promise<Second>
}

/** Beyond the run itself: its start, and the answers still in flight at the end. */
const GRACE_MS = 45_000

/** The last interval of a run is a fraction, whose rate says little. */
const WHOLE_S = 0.9

export async function startLocust({ url, host, users, seconds }: LocustOptions): Promise<LocustRun> {
  const results = join(await mkdtemp(join(tmpdir(), 'caudal-locust-')), 'results.jsonl')
  const venv = await ensureVenv('Locust')
  const args = ['-f', join(REPO_DIR, 'locust', 'locustfile.py'), '--headless', '--only-summary']
  const load = [
    '--host',
    url,
    '--host-header',
    host,
    '--users',
    users,
    '--spawn-rate',
    users,
    '--run-time',
    `${seconds}s`,
  ]
  const run = execa(
    join(venv.dir, 'bin', 'locust'),
    [...args, ...load.map(String), '--domain', 'sales', '--results', results],
    { reject: false, all: true, timeout: seconds * 1000 + GRACE_MS },
  )
  const lines = async (): Promise<Second[]> => {
    const text = await readFile(results, 'utf8').catch(() => '')
    // The last line may still be on its way.
    return text
      .split('\n')
      .slice(0, -1)
      .map((line): Second => JSON.parse(line))
  }
  return {
    latest: async () =>
      (await lines()).findLast(({ kind, seconds }) => kind === 'second' && seconds > WHOLE_S),
    finished: run.then(async ({ all }) => {
      const total = (await lines()).find(({ kind }) => kind === 'total')
      if (!total) throw new Error(`locust ended without totals:\n${all}`)
      return total
    }),
  }
}
