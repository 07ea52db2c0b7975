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
  /**
   * The pods that answer: one that is on its way out, or never got ready, keeps its address for a while.
   * @throws Error when there are pods, and none of them answers in time
   */
  scrape(url: string): Promise<Pods>
  close(): void
}

const DEADLINE_MS = 1_500
/** Pods of one function that are asked. */
const PODS = 32
/** Of one answer: a function has some 300 lines. */
const ANSWER_BYTES = 1024 * 1024

/** @param addressesOf the IPv4 addresses of a host name; none when it is unknown */
export function scraper(addressesOf = lookUp): Scraper {
  const agent = new Agent({ keepAlive: true })
  return {
    scrape: async (url) => {
      const addresses = (await addressesOf(new URL(url).hostname)).slice(0, PODS)
      const answers = await Promise.allSettled(addresses.map((address) => ask(new URL(url), address, agent)))
      const answered = addresses.flatMap((address, at) => {
        const answer = answers[at]
        return answer?.status === 'fulfilled' ? [[address, samplesIn(answer.value)] as const] : []
      })
      const [first] = answers
      if (answered.length === 0 && first?.status === 'rejected') throw first.reason
      return new Map(answered)
    },
    close: () => agent.destroy(),
  }
}

async function lookUp(hostname: string): Promise<string[]> {
  try {
    return (await lookup(hostname, { all: true, family: 4 })).map(({ address }) => address)
  } catch (error) {
    // No pod is ready, so its name leads nowhere.
    if (isUnknown(error)) return []
    throw error
  }
}

const isUnknown = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA')

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
