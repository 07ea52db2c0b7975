/** Events for the dashboards: every category, several products and prices, votes, through REST and gRPC; and mistakes. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, credentials } from '@grpc/grpc-js'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { methodsOf } from '../../functions/_adapters/grpc/definitions.ts'
import { sales } from '../../functions/_core/domains/sales.ts'
import type { TestStack } from '../../scripts/local/test-stack.ts'

const CATEGORIES = ['Electronica', 'Ropa', 'Hogar', 'Belleza', 'jardín']
const BANDS = [
  ['Los Prisioneros', 'Corazones', 1990],
  ['Café Tacvba', 'Re', 1994],
] as const
const READER = 'ana@example.com'
const ORDER_LINE = ['preparar', 'enviar', 'entregar', 'finalizar']
/** Between two rounds, so that one machine's other tests have room. */
const PAUSE_MS = 150

async function post(url: string, body: unknown, more: Record<string, string> = {}): Promise<void> {
  const headers = { 'content-type': 'application/json', ...more }
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (status !== 200) throw new Error(`${url} answered ${status}`)
}

/** One of each; the first sale of a round repeats one that was sent before. */
async function round(stack: TestStack, number: number): Promise<void> {
  const { ingest } = stack.url
  for (const [at, categoria] of CATEGORIES.entries()) {
    const precio = 10.5 * (at + 1) + (number % 7)
    await post(`${ingest}/venta`, { categoria, producto_id: `P${at}`, precio, cantidad_vendida: at + 1 })
  }
  for (const [name, album, year] of BANDS) {
    await post(`${ingest}/voto`, { name, album, year, rank: 1 + (number % 9) })
  }
  // One is left in each state, and the time of those that left it is known.
  const id = `${stack.prefix.slice(0, -1)}-${number}`
  const order = { id, producto: `P${number % 5}`, precio: 5, region: 'Biobío', correo: READER }
  await post(`${ingest}/pedidos`, order)
  for (const evento of ORDER_LINE.slice(0, number % (ORDER_LINE.length + 1))) {
    await post(`${ingest}/pedidos/${id}/eventos`, { evento })
  }
  const again = { categoria: 1, producto_id: 'P0', precio: 10, cantidad_vendida: 1 }
  await post(`${ingest}/venta`, again, { 'idempotency-key': `again-${stack.prefix}` })
}

/** One sale by the unary method of the publisher. */
function call(client: Client, number: number): Promise<void> {
  const { path, requestSerialize, responseDeserialize } = methodsOf(sales.grpc).one
  const sale = { categoria: 1, producto_id: 'P0', precio: 20 + (number % 5), cantidad_vendida: 1 }
  const message = sales.toMessage(sale, undefined) as object
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, (error) =>
      error === null ? resolve() : reject(error),
    )
  })
}

/** A record that can never be counted, written by somebody else. */
async function writeBadRecord({ brokers, domains }: TestStack): Promise<void> {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const [{ topic } = { topic: '' }] = domains
  await producer.send({ topic, messages: [{ key: randomUUID(), value: '{"categoria":99}' }] })
  await producer.disconnect()
}

/** Sends until it is stopped. @returns a function that stops it, and throws what went wrong */
export function keepSending(stack: TestStack): () => Promise<void> {
  const stop = new AbortController()
  const client = new Client(stack.publisher, credentials.createInsecure())
  const sending = (async () => {
    for (let number = 0; !stop.signal.aborted; number++) {
      if (number % 10 === 0) await writeBadRecord(stack)
      await round(stack, number)
      await call(client, number)
      await delay(PAUSE_MS, undefined, { signal: stop.signal }).catch(() => {})
    }
  })()
  // Who stops it hears of a failure; until then it is nobody's unhandled one.
  sending.catch(() => {})
  return async () => {
    stop.abort()
    await sending
    client.close()
  }
}
