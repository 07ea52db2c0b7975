/** A real Prometheus for tests, where one is installed: Debian's package `prometheus` has it and promtool. */
import { accessSync, constants } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { stringify } from 'yaml'
import * as z from 'zod'
import { freePort } from '../../scripts/lib/free-port.ts'
import { REPO_DIR } from '../../scripts/lib/paths.ts'
import { until } from '../../scripts/lib/until.ts'

const READY_MS = 20_000
/** Faster than a deployed one, so that a test has what a rate needs in seconds. */
const SCRAPE_S = 1

const PLACES = [join(REPO_DIR, '.caudal', 'prometheus'), ...(process.env.PATH ?? '').split(delimiter)]

/** Where the tool is, or undefined. @throws Error in CI, which must have it */
function find(tool: 'prometheus' | 'promtool'): string | undefined {
  const found = PLACES.map((folder) => join(folder, tool)).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
  if (found === undefined && process.env.CI === 'true') {
    throw new Error(`${tool} is not installed: without it nobody checks PromQL, and CI must`)
  }
  return found
}

export const PROMETHEUS = find('prometheus')
export const PROMTOOL = find('promtool')
/** Why tests are skipped; for their names. */
export const MISSING =
  'Prometheus is not installed (Debian: apt-get install prometheus), nor in .caudal/prometheus'

/** NaN is an answer: a quantile of what did not happen. */
const sample = z.tuple([z.number(), z.string().transform(Number)])
const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: sample.optional(),
        values: z.array(sample).optional(),
      }),
    ),
  }),
})

export interface Series {
  readonly labels: Readonly<Record<string, string>>
  /** Newest last. NaN is left out: Grafana draws nothing for it. */
  readonly values: readonly number[]
}

export interface TestPrometheus {
  readonly url: string
  /** @param lastS how far back to look; 0 asks for now alone */
  query(expr: string, lastS: number): Promise<Series[]>
  stop(): Promise<void>
}

/** @param targets host:port by job; @param rules files */
export async function startPrometheus(
  binary: string,
  targets: Readonly<Record<string, readonly string[]>>,
  rules: readonly string[] = [],
): Promise<TestPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-prometheus-'))
  const port = await freePort()
  const interval = `${SCRAPE_S}s`
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: rules,
    scrape_configs: Object.entries(targets).map(([job_name, hosts]) => ({
      job_name,
      static_configs: [{ targets: hosts }],
    })),
  }
  await writeFile(join(folder, 'prometheus.yml'), stringify(config))
  const child = execa(
    binary,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { reject: false, stdout: 'ignore', stderr: 'pipe' },
  )
  const url = `http://127.0.0.1:${port}`
  const ready = () =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    )
  const stop = async (): Promise<void> => {
    child.kill()
    await child
    await rm(folder, { recursive: true, force: true })
  }
  if (!(await until(ready, READY_MS))) {
    await stop()
    throw new Error(`Prometheus is not ready: ${(await child).stderr}`)
  }
  return { url, query: queryAt(url), stop }
}

const queryAt =
  (base: string): TestPrometheus['query'] =>
  async (expr, lastS) => {
    const url = new URL(lastS > 0 ? '/api/v1/query_range' : '/api/v1/query', base)
    const now = Date.now() / 1000
    url.searchParams.set('query', expr)
    if (lastS > 0) {
      url.searchParams.set('start', String(now - lastS))
      url.searchParams.set('end', String(now))
      url.searchParams.set('step', String(SCRAPE_S))
    }
    const response = await fetch(url)
    const text = await response.text()
    if (!response.ok) throw new Error(`${expr}: ${text}`)
    return answer.parse(JSON.parse(text)).data.result.map(({ metric, value, values }) => ({
      labels: metric,
      values: (values ?? (value === undefined ? [] : [value]))
        .map(([, number]) => number)
        .filter((number) => !Number.isNaN(number)),
    }))
  }
