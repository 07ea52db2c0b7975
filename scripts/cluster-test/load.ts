/** A closed loop of buyers with exact accounts: every sale has an Idempotency-Key, so a retry cannot count twice. */
import { Agent } from 'node:http'
import { type HttpAnswer, send } from '../deploy/http.ts'

export interface LoadOptions {
  readonly url: string
  readonly host: string
  readonly buyers: number
  /** How often an answer that allows it (429, 503, other 5xx, no answer) is tried again. */
  readonly retries: number
}

export interface Load {
  /** Ends after the sales that are in flight. */
  stop(): Promise<Account>
  readonly account: Account
}

export interface Account {
  sent: number
  acknowledged: number
  /** Answers other than 200 that were tried again, by status; 0 is no answer at all. */
  retried: Map<number, number>
  /** Sales given up, with what was answered last. */
  failed: string[]
  /** Milliseconds of each acknowledged sale, first try to answer. */
  latenciesMs: number[]
}

const ANSWER_MS = 30_000
const RETRY_PAUSE_MS = 200
const retryable = (status: number): boolean => status === 0 || status === 429 || status >= 500

export function startLoad({ url, host, buyers, retries }: LoadOptions): Load {
  const account: Account = { sent: 0, acknowledged: 0, retried: new Map(), failed: [], latenciesMs: [] }
  const agent = new Agent({ keepAlive: true, maxSockets: buyers })
  const run = `${process.pid}-${Date.now()}`
  let stopping = false

  const sell = async (key: string): Promise<void> => {
    const started = performance.now()
    for (let attempt = 0; ; attempt++) {
      const { status, body } = await post(`${url}/venta`, host, key, agent)
      if (status === 200) {
        account.acknowledged++
        account.latenciesMs.push(performance.now() - started)
        return
      }
      if (!retryable(status) || attempt >= retries) {
        account.failed.push(`${status} ${body}`)
        return
      }
      account.retried.set(status, (account.retried.get(status) ?? 0) + 1)
      await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS))
    }
  }
  const loops = Array.from({ length: buyers }, async () => {
    while (!stopping) await sell(`${run}-${account.sent++}`)
  })
  return {
    account,
    stop: async () => {
      stopping = true
      await Promise.all(loops)
      agent.destroy()
      return account
    },
  }
}

async function post(url: string, host: string, key: string, agent: Agent): Promise<HttpAnswer> {
  const sale = { categoria: 2, producto_id: 'load', precio: 9.99, cantidad_vendida: 1 }
  const headers = { host, 'content-type': 'application/json', 'idempotency-key': key }
  try {
    const body = JSON.stringify(sale)
    return await send(url, { method: 'POST', headers, body, timeoutMs: ANSWER_MS, agent })
  } catch (error) {
    return { status: 0, body: String(error) }
  }
}

/** @param share 0..1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
