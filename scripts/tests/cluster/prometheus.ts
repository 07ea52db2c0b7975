/** Asks Prometheus, on the way that a person takes: a forwarded port. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { execa } from 'execa'
import { z } from 'zod'
import { kubectl, namespace } from './context.ts'

/** https://prometheus.io/docs/prometheus/latest/querying/api/, "Instant vectors". */
const ANSWER = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        // As text; `NaN` is one of them.
        value: z.tuple([z.number(), z.string().transform(Number)]),
      }),
    ),
  }),
})

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type Query = (query: string) => Promise<readonly Sample[]>

/** @param ask is given a way to ask, for as long as it runs */
export async function withPrometheus(ask: (query: Query) => Promise<void>): Promise<void> {
  const forward = execa(
    'kubectl',
    ['--namespace', namespace, 'port-forward', 'svc/prometheus', '--address', '127.0.0.1', ':9090'],
    { reject: false, buffer: false, stderr: 'inherit' },
  )
  try {
    await ask(queryAt(await addressOf(forward.stdout)))
  } finally {
    forward.kill()
    await forward
  }
}

async function addressOf(output: Readable): Promise<string> {
  for await (const line of createInterface(output)) {
    const [, address] = /^Forwarding from (\S+)/.exec(line) ?? []
    if (address) return address
  }
  throw new Error('kubectl port-forward svc/prometheus ended without an address')
}

const queryAt =
  (address: string): Query =>
  async (query) => {
    const url = new URL(`http://${address}/api/v1/query`)
    url.searchParams.set('query', query)
    const { data } = ANSWER.parse(await (await fetch(url)).json())
    return data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value }))
  }

/** The images have no shell and no curl; they have Node. */
const PRINT = 'fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)'

/**
 * Requests that a pod has answered.
 * @param labels as the exposition format writes them: `code="503"`
 */
export async function requestsAnswered(pod: string, port: number, labels: string): Promise<number> {
  const read = ['node', '--eval', PRINT, `http://127.0.0.1:${port}/metrics`]
  const text = await kubectl.run(['exec', pod, '--container', 'function', '--', ...read])
  const series = text
    .split('\n')
    .filter((line) => line.startsWith('caudal_requests_total{') && line.includes(labels))
  return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
