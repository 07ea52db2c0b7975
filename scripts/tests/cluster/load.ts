/** A closed loop of buyers with exact accounts: every sale has an Idempotency-Key, so a retry cannot count twice. */
import { Agent } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { send } from '../../deploy/http.ts'

/** An HTTP status, or why there is none. */
export type Outcome = number | 'connection reset' | 'no answer'

/** After these a client may send the same sale again, and will be served. */
export const RETRYABLE: readonly Outcome[] = [429, 502, 503, 504]

export interface LoadOptions {
  readonly url: string
  readonly host: string
  readonly buyers: number
  /** Outcomes after which a sale is tried again; all others, and by default all, make it a failed one. */
  readonly retry?: readonly Outcome[]
}

export interface Load {
  /** More buyers at once, or fewer as soon as their sales in flight are answered. */
  resize(buyers: number): void
  /** Ends after the sales that are in flight. */
  stop(): Promise<Account>
  readonly account: Account
}

export interface Account {
  sent: number
  acknowledged: number
  /** Outcomes other than 200 that were tried again. */
  retried: Map<Outcome, number>
  /** Sales given up, with what was answered last. */
  failed: string[]
  /** Milliseconds of each acknowledged sale, first try to answer. */
  latenciesMs: number[]
}

const ANSWER_MS = 30_000
const RETRY_PAUSE_MS = 200
/** Together longer than a function may be away. */
const MOST_TRIES = 100
let runs = 0

export function startLoad({ url, host, buyers, retry = [] }: LoadOptions): Load {
  const account: Account = { sent: 0, acknowledged: 0, retried: new Map(), failed: [], latenciesMs: [] }
  const agent = new Agent({ keepAlive: true })
  const run = `${process.pid}-${Date.now()}-${++runs}`
  const loops: Promise<void>[] = []
  let wanted = 0
  let running = 0

  const sell = async (key: string): Promise<void> => {
    const started = performance.now()
    for (let attempt = 1; ; attempt++) {
      const { outcome, body } = await post(`${url}/venta`, host, key, agent)
      if (outcome === 200) {
        account.acknowledged++
        account.latenciesMs.push(performance.now() - started)
        return
      }
      if (!retry.includes(outcome) || attempt === MOST_TRIES) {
        account.failed.push(`${outcome} ${body}`)
        return
      }
      account.retried.set(outcome, (account.retried.get(outcome) ?? 0) + 1)
      await pause(RETRY_PAUSE_MS)
    }
  }
  const buy = async (): Promise<void> => {
    running++
    while (running <= wanted) await sell(`${run}-${account.sent++}`)
    running--
  }
  const resize = (to: number): void => {
    wanted = to
    while (running < wanted) loops.push(buy())
  }
  resize(buyers)
  return {
    account,
    resize,
    stop: async () => {
      resize(0)
      await Promise.all(loops)
      agent.destroy()
      return account
    },
  }
}

async function post(
  url: string,
  host: string,
  key: string,
  agent: Agent,
): Promise<{ outcome: Outcome; body: string }> {
  const sale = { categoria: 2, producto_id: 'load', precio: 9.99, cantidad_vendida: 1 }
  const headers = { host, 'content-type': 'application/json', 'idempotency-key': key }
  try {
    const body = JSON.stringify(sale)
    const answer = await send(url, { method: 'POST', headers, body, timeoutMs: ANSWER_MS, agent })
    return { outcome: answer.status, body: answer.body }
  } catch (error) {
    const reset = error instanceof Error && 'code' in error && /^(ECONNRESET|EPIPE)$/.test(String(error.code))
    return { outcome: reset ? 'connection reset' : 'no answer', body: String(error) }
  }
}
