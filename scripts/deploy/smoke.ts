/** One sale by the ingress, and its count in Valkey: the whole pipeline, seen once. */
import { setTimeout as pause } from 'node:timers/promises'
import { domains } from '../../functions/_core/domains/index.ts'
import { until } from '../lib/until.ts'
import { type HttpAnswer, send } from './http.ts'
import type { Kubectl } from './kube.ts'

/** Until the sale is answered 200: ingest, bridge and publisher may start one after the other. In milliseconds. */
const ANSWER_MS = 60_000
/** From the answer to the count: a cold aggregator and a consumer group that joins, in milliseconds. */
const COUNT_MS = 90_000
const POLL_MS = 250
const RETRY_MS = 1_000
/** What a function says when a step behind it is not there yet or is full: the same sale again, with the same key. */
const TRY_AGAIN = new Set([429, 503])
/** Of a shop that has sold nothing yet. */
const FIRST_PRICE = '1.00'
const PATH = domains.find(({ plainAtBridge }) => plainAtBridge)?.routes[0]?.path

/** What a reader sees in Valkey. */
export const valkey = async (kubectl: Kubectl, ...command: string[]): Promise<string> =>
  kubectl.run([
    'exec',
    'valkey-0',
    '--container',
    'valkey',
    '--',
    'valkey-cli',
    '--user',
    'reader',
    ...command,
  ])

/**
 * Sells one unit of a product that nobody else sells and waits until it is counted, once. The price is the lowest one so
 * far, because a lower one would stay the minimum of this shop for ever.
 * @returns milliseconds from the answer to the count
 */
export async function smoke(kubectl: Kubectl, ingress: string, host: string): Promise<number> {
  const product = `smoke-${Date.now()}`
  const lowest = await valkey(kubectl, 'GET', 'ventas:global:precio_min')
  const sale = {
    categoria: 0,
    producto_id: product,
    precio: Number(lowest || FIRST_PRICE),
    cantidad_vendida: 1,
  }
  const answer = await sell(`${ingress}${PATH}`, host, product, JSON.stringify(sale))
  if (answer.status !== 200) throw new Error(`the sale was answered ${answer.status}: ${answer.body}`)
  const answered = Date.now()
  const look = async () => (await valkey(kubectl, 'ZSCORE', 'ranking:global', product)) || undefined
  const units = await until(look, COUNT_MS, POLL_MS)
  if (units === '1') return Date.now() - answered
  if (units !== undefined) throw new Error(`one unit was sold, Valkey counts ${units}`)
  throw new Error(`the sale was accepted and is not in Valkey after ${COUNT_MS / 1000} s`)
}

/** The same sale until it is taken: its key makes all attempts count once. */
async function sell(url: string, host: string, key: string, body: string): Promise<HttpAnswer> {
  const deadline = Date.now() + ANSWER_MS
  const headers = { host, 'content-type': 'application/json', 'idempotency-key': key }
  for (;;) {
    const timeoutMs = Math.max(1, deadline - Date.now())
    const answer = await send(url, { method: 'POST', headers, body, timeoutMs })
    if (!TRY_AGAIN.has(answer.status) || Date.now() + RETRY_MS > deadline) return answer
    await pause(RETRY_MS)
  }
}
