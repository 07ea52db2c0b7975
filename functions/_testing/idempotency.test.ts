/** Idempotency-Key at every endpoint that takes one, as it is wired in the publisher: what a client is answered. */
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publisherClient } from '../_adapters/grpc/client.ts'
import { methodsOf, type Unary } from '../_adapters/grpc/definitions.ts'
import { type GrpcServer, serveGrpc } from '../_adapters/grpc/server.ts'
import { bridgeClient } from '../_adapters/http/bridge-client.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { orders } from '../_core/domains/orders.ts'
import { sales } from '../_core/domains/sales.ts'
import { bridgeHandler } from '../bridge/handler.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { publisherHandler } from '../publisher/handler.ts'
import { refusingReusedKeys } from '../publisher/recent-keys.ts'
import { memoryPorts, memorySink } from './ports.ts'

const at = { host: '127.0.0.1', port: 0 }
const sale = (precio: number, more: object = {}) => ({
  ...{ categoria: 1, producto_id: 'P1', precio, cantidad_vendida: 3, contexto: undefined },
  ...more,
})
const { one, batch } = methodsOf(sales.grpc)
const sink = memorySink()
const open: { close(): unknown }[] = []
let url: { readonly ingest: string; readonly bridge: string }
let grpc: Client

/** The three endpoints on sockets, each handing on to the next, with memory in the place of Kafka. */
beforeAll(async () => {
  const ports = memoryPorts()
  const submit = refusingReusedKeys(sink.submit)
  const publisher: GrpcServer = await serveGrpc(publisherHandler({ ...ports, submit }), at)
  const toPublisher = publisherClient(`127.0.0.1:${publisher.port}`, 1)
  const bridge = await serveHttp(bridgeHandler({ ...ports, submit: toPublisher.send }), at)
  const toBridge = bridgeClient(`http://127.0.0.1:${bridge.port}`)
  const ingest = await serveHttp(ingestHandler({ ...ports, submit: toBridge.send }), at)
  grpc = new Client(`127.0.0.1:${publisher.port}`, credentials.createInsecure())
  url = { ingest: `http://127.0.0.1:${ingest.port}`, bridge: `http://127.0.0.1:${bridge.port}` }
  open.push(publisher, toPublisher, bridge, toBridge, ingest, grpc)
})
afterAll(async () => {
  for (const part of open.reverse()) await part.close()
})

async function post(where: string, key: string, body: string, type = 'application/json') {
  const headers = { 'content-type': type, 'idempotency-key': key }
  const response = await fetch(where, { method: 'POST', headers, body })
  return { status: response.status, body: await response.json() }
}

/** The answer, or the status it failed with. */
function call(method: typeof one | typeof batch, key: string, request: object): Promise<unknown> {
  const metadata = new Metadata()
  metadata.set('idempotency-key', key)
  const { path, requestSerialize, responseDeserialize } = method as Unary<object, object>
  return new Promise((resolve) => {
    const answered = (error: ServiceError | null, answer?: object) =>
      resolve(answer ?? { code: error?.code, details: error?.details })
    grpc.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, answered)
  })
}

const DETAIL = 'Idempotency-Key was used before with other content'
const reused = { status: 422, body: { code: 'keyReused', status: 422, detail: DETAIL } }

describe('one event', () => {
  const paths = sales.routes.map(({ path }): ['ingest', string] => ['ingest', path])
  it.each([...paths, ['bridge', '/procesar'] as const])('%s %s', async (name, path) => {
    const where = url[name] + path
    const send = (key: string, precio: number, more: object = {}) =>
      post(where, key, JSON.stringify(sale(precio, more)))
    const first = await send(`${path} "a"`, 1)
    expect(first.status).toBe(200)
    expect(await send(`${path} "a"`, 1)).toEqual(first)
    // What is beside the fields is no part of the content, and the header may be quoted.
    expect(await send(JSON.stringify(`${path} "a"`), 1, { beside: true })).toEqual(first)
    expect(await send(`${path} "a"`, 2)).toMatchObject(reused)
    expect((await send(`${path} b`, 2)).status).toBe(200)
  })

  it('unary, whatever endpoint took the key first', async () => {
    expect(await call(one, 'unary', sale(1))).toEqual({ estado: 'OK', exito: true })
    expect(await call(one, '"unary"', sale(1))).toEqual({ estado: 'OK', exito: true })
    expect(await call(one, 'unary', sale(2))).toEqual({ code: 6, details: DETAIL })
    expect((await post(`${url.ingest}/venta`, 'unary', JSON.stringify(sale(1)))).status).toBe(200)
    expect(await post(`${url.ingest}/venta`, 'unary', JSON.stringify(sale(2)))).toMatchObject(reused)
  })

  it('at the same time: one content is taken, as often as it comes', async () => {
    const prices = Array.from({ length: 20 }, (_, at) => (at % 2) + 1)
    const before = sink.events.length
    const answers = await Promise.all(
      prices.map((precio) => post(`${url.ingest}/venta`, 'race', JSON.stringify(sale(precio)))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...new Array(10).fill(200),
      ...new Array(10).fill(422),
    ])
    expect(new Set(sink.events.slice(before).map(({ value }) => value.precio)).size).toBe(1)
  })
})

describe('a key that names what the content does not', () => {
  const order = { nombre_producto: 'Mesa', precio: 1 }
  const where = (): string => `${url.ingest}/pedidos`
  const absent = Object.fromEntries(orders.fields.map((field) => [field.name, field.absent]))
  const long = 'k'.repeat(129)
  const detail = expect.stringMatching(/^names the id here: it must be a non-blank string of at most 128 /)

  it('is refused when it can be no name, and the header is named', async () => {
    const entry = { pointer: '#/idempotency-key', detail }
    expect(await post(where(), long, JSON.stringify(order))).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [entry] },
    })
    const items = JSON.stringify([order, { ...order, id: 'suyo' }])
    expect((await post(where(), long, items)).body).toMatchObject({
      almacenadas: 1,
      rechazadas: [{ indice: 0, errores: [{ code: 'malformed', ...entry }] }],
    })
    const request = orders.toMessage({ ...absent, ...order }, undefined) as object
    expect(await call(methodsOf(orders.grpc).one, long, request)).toMatchObject({
      code: 3,
      details: expect.stringContaining('Idempotency-Key names the id here'),
    })
  })

  it('may be as long as any where the content has a name', async () => {
    const named = JSON.stringify({ ...order, id: 'mío' })
    expect((await post(where(), 'k'.repeat(255), named)).body).toMatchObject({ pedido: 'mío' })
  })
})

describe('items of a bulk', () => {
  const ndjson = (items: readonly object[]) => items.map((item) => JSON.stringify(item)).join('\n')
  it.each([
    ['application/json', JSON.stringify],
    ['application/x-ndjson', ndjson],
  ] as const)('%s', async (type, write) => {
    const send = (...items: readonly object[]) =>
      post(`${url.ingest}/ventas`, `lote ${type}`, write(items), type)
    const bad = sale(-1)
    expect((await send(sale(1), bad)).body).toMatchObject({ almacenadas: 1, rechazadas: [{ indice: 1 }] })
    // Another item 0 than before, so it is not dropped under a 200.
    expect(await send(sale(3))).toMatchObject({
      ...reused,
      body: { rechazadas: [{ indice: 0, errores: [{ code: 'keyReused', detail: DETAIL }] }] },
    })
    // The bad one was never taken: its place is free.
    expect((await send(sale(1), sale(3))).body).toEqual({ almacenadas: 2, rechazadas: [] })
    expect((await send(sale(1), sale(4), sale(5))).body).toMatchObject({
      almacenadas: 2,
      rechazadas: [{ indice: 1, errores: [{ code: 'keyReused' }] }],
    })
  })

  it('of a gRPC batch', async () => {
    const send = (...ventas: readonly object[]) => call(batch, 'lote grpc', { ventas })
    const ok = { exito: true, codigo: 0 }
    const bad = { exito: false, codigo: 6, motivo: DETAIL }
    expect(await send(sale(1), sale(2))).toMatchObject({ resultados: [ok, ok] })
    expect(await send(sale(1), sale(3), sale(4))).toMatchObject({ resultados: [ok, bad, ok] })
  })

  it('are not the events of single keys', async () => {
    expect((await post(`${url.ingest}/ventas`, 'a', JSON.stringify([sale(1), sale(2)]))).status).toBe(200)
    const single = await post(`${url.ingest}/venta`, 'a/1', JSON.stringify(sale(7)))
    expect(single.status).toBe(200)
    expect(sink.events.slice(-3).map(({ id }) => id)).toEqual(['a/0', 'a/1', 'a/1/'])
  })
})
