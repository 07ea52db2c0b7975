/** Answers to many bad items: the first are explained, the others counted, and no answer is many times its request. */
import { Client, credentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BatchResponse, methodsOf } from '../_adapters/grpc/definitions.ts'
import { domains } from '../_core/domains/index.ts'
import { BULK_ITEMS, LISTED_ITEMS, LISTED_PEER_ITEMS } from '../_core/limits.ts'
import { type Servers, startServers } from './servers.ts'

const NDJSON = 'application/x-ndjson'
const ARRAY = 'application/json'
const BATCH = 'application/cloudevents-batch+json'
const SALE = '{"categoria":1,"producto_id":"P1","precio":40.5,"cantidad_vendida":3}'
/** Errors of one item: its place, and an entry for each of four fields. */
const ITEM_BYTES = 400

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(async () => {
  expect(servers.defects()).toEqual([])
  await servers.close()
})

async function send(at: 'ingest' | 'bridge', path: string, type: string, body: string) {
  const url = `http://127.0.0.1:${servers.port[at]}${path}`
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
  return { status: response.status, text: await response.text() }
}

it.each([
  ['NDJSON', 'ingest', '/ventas', NDJSON, '{}\n'.repeat(BULK_ITEMS), LISTED_ITEMS],
  ['an array', 'ingest', '/ventas', ARRAY, `[${'{},'.repeat(BULK_ITEMS - 1)}{}]`, LISTED_ITEMS],
  ['a batch at ingest', 'ingest', '/', BATCH, `[${'{},'.repeat(BULK_ITEMS - 1)}{}]`, LISTED_ITEMS],
  [
    'a batch at the bridge',
    'bridge',
    '/procesar',
    BATCH,
    `[${'7,'.repeat(BULK_ITEMS - 1)}7]`,
    LISTED_PEER_ITEMS,
  ],
] as const)('%s of bad items', async (_, at, path, type, body, listed) => {
  const { status, text } = await send(at, path, type, body)
  const answer = JSON.parse(text)
  expect([status, answer.rechazadas.length]).toEqual([status === 400 ? 400 : 422, listed])
  expect(answer.omitidas).toEqual({ total: BULK_ITEMS - listed, indices: [[listed, BULK_ITEMS - 1]] })
  expect(text.length).toBeLessThan(listed * ITEM_BYTES)
})

it('the places of the others are ranges between those that are stored', async () => {
  const bad = '{}\n'.repeat(LISTED_ITEMS)
  const body = `${bad}${SALE}\n{}\n{}\n${SALE}\n{}\n`
  const { text } = await send('ingest', '/ventas', NDJSON, body)
  const n = LISTED_ITEMS
  expect(JSON.parse(text)).toMatchObject({
    almacenadas: 2,
    omitidas: {
      total: 3,
      indices: [
        [n + 1, n + 2],
        [n + 4, n + 4],
      ],
    },
  })
})

it('nothing is left out of a short list', async () => {
  const { text } = await send('ingest', '/ventas', NDJSON, '{}\n'.repeat(LISTED_ITEMS))
  expect(JSON.parse(text)).not.toHaveProperty('omitidas')
})

it('gRPC has a result for each item, and the reasons of the first', async () => {
  const [domain] = domains
  if (domain === undefined) throw new Error('there is no domain')
  const { batch } = methodsOf(domain.grpc)
  const client = new Client(`127.0.0.1:${servers.port.publisher}`, credentials.createInsecure())
  const empty = Buffer.from([0x0a, 0x00])
  const request = Buffer.concat(new Array(BULK_ITEMS).fill(empty))
  const { resultados } = await new Promise<BatchResponse>((resolve, reject) => {
    client.makeUnaryRequest(
      batch.path,
      (bytes: Buffer) => bytes,
      batch.responseDeserialize,
      request,
      (error, answer) => (answer === undefined ? reject(error) : resolve(answer)),
    )
  })
  client.close()
  const reasons = resultados.map(({ motivo }) => motivo)
  expect(resultados.filter(({ exito, codigo }) => !exito && codigo !== 0)).toHaveLength(BULK_ITEMS)
  expect(reasons.slice(0, LISTED_PEER_ITEMS)).not.toContain('')
  expect(reasons[LISTED_PEER_ITEMS]).toBe(
    `the reasons of ${BULK_ITEMS - LISTED_PEER_ITEMS} items are left out`,
  )
  expect(new Set(reasons.slice(LISTED_PEER_ITEMS + 1))).toEqual(new Set(['']))
})
