/** One sale by the ingress, and its count in Valkey: the whole road, seen once. */
import { setTimeout as pause } from 'node:timers/promises'
import { domains } from '../../functions/_core/domains/index.ts'
import { send } from './http.ts'
import type { Kubectl } from './kube.ts'

/** Four cold starts and a consumer group that joins, in milliseconds. */
const DEADLINE_MS = 90_000
const POLL_MS = 250
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
 * Sells one unit of a product that nobody else sells, at price 0, and waits until it is counted, once.
 * @returns milliseconds from the answer to the count
 */
export async function smoke(kubectl: Kubectl, ingress: string, host: string): Promise<number> {
  const product = `smoke-${Date.now()}`
  const sale = { categoria: 0, producto_id: product, precio: 0, cantidad_vendida: 1 }
  const answer = await send(`${ingress}${PATH}`, {
    method: 'POST',
    headers: { host, 'content-type': 'application/json' },
    body: JSON.stringify(sale),
    timeoutMs: DEADLINE_MS,
  })
  if (answer.status !== 200) throw new Error(`the sale was answered ${answer.status}: ${answer.body}`)
  const answered = Date.now()
  while (Date.now() - answered < DEADLINE_MS) {
    const units = await valkey(kubectl, 'ZSCORE', 'ranking:global', product)
    if (units === '1') return Date.now() - answered
    if (units !== '') throw new Error(`one unit was sold, Valkey counts ${units}`)
    await pause(POLL_MS)
  }
  throw new Error(`the sale was accepted and is not in Valkey after ${DEADLINE_MS / 1000} s`)
}
