/**
 * The metrics of functions, asked at their pods: a name that has several addresses (a headless Service) is several pods, one
 * that has none is scaled to zero. What is read is Prometheus text format 0.0.4, as `_core/metrics.ts` exposes it.
 */
import { lookup } from 'node:dns/promises'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** By the address of the pod. */
export type Pods = ReadonlyMap<string, readonly Sample[]>

export interface Scraper {
  /** @throws Error when a pod does not answer in time */
  scrape(url: string): Promise<Pods>
  close(): void
}

const DEADLINE_MS = 1_500
/** Pods of one function that are asked. */
const PODS = 32
/** Of one answer: a function has some 300 lines. */
const ANSWER_BYTES = 1024 * 1024

export function scraper(): Scraper {
  const agent = new Agent({ keepAlive: true })
  return {
    scrape: async (url) => {
      const { hostname } = new URL(url)
      const found = await lookup(hostname, { all: true, family: 4 }).catch(noneIfUnknown)
      const addresses = found.map(({ address }) => address).slice(0, PODS)
      const answers = await Promise.all(addresses.map((address) => ask(new URL(url), address, agent)))
      return new Map(addresses.map((address, at) => [address, samplesIn(answers[at] ?? '')]))
    },
    close: () => agent.destroy(),
  }
}

/** No pod is ready, so its name leads nowhere. */
function noneIfUnknown(error: NodeJS.ErrnoException): { address: string }[] {
  if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return []
  throw error
}

function ask(url: URL, address: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port, pathname, host } = url
    const options = { host: address, port, path: pathname, headers: { host }, agent, timeout: DEADLINE_MS }
    const sent = request(options, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > ANSWER_BYTES) sent.destroy(new Error(`${url.host} says too much`))
      })
      if (response.statusCode === 200) text(response).then(resolve, reject)
      else {
        response.resume()
        reject(new Error(`${url.host} answered ${response.statusCode}`))
      }
    })
    sent.on('timeout', () => sent.destroy(new Error(`${url.host} did not answer in ${DEADLINE_MS} ms`)))
    sent.on('error', reject)
    sent.end()
  })
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g
const ESCAPED: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' }

/** `+Inf` is how Go, and so the format, writes it. */
const numberOf = (text: string): number => Number(text.replace(/Inf$/, 'Infinity'))

export function samplesIn(exposed: string): Sample[] {
  return Array.from(exposed.matchAll(LINE), ([, name = '', labels = '', value]) => ({
    name,
    labels: Object.fromEntries(
      Array.from(labels.matchAll(LABEL), ([, label = '', quoted = '']) => [
        label,
        quoted.replace(/\\[n"\\]/g, (found) => ESCAPED[found] ?? found),
      ]),
    ),
    value: numberOf(value ?? ''),
  }))
}
