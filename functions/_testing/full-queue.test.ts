/** A queue that is really full, at each kind of endpoint: nothing is stored, and clients are told to come again. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { methodsOf } from '../_adapters/grpc/definitions.ts'
import { serveGrpc } from '../_adapters/grpc/server.ts'
import { domains } from '../_core/domains/index.ts'
import type { Event } from '../_core/event.ts'
import type { Outcome } from '../_core/ports.ts'
import { Coalescer } from '../_runtime/hop/coalescer.ts'
import { bridgeHandler } from '../bridge/handler.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { publisherHandler } from '../publisher/handler.ts'
import { memoryPorts } from './ports.ts'

const QUEUE_ITEMS = 2
const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const sent = domain.examples[0]?.sent
const path = domain.routes[0]?.path ?? ''
const bulk = domain.routes.find((route) => route.bulk)?.path ?? ''

let release: () => void
let hop: Coalescer<Event>
let sends: number
beforeEach(() => {
  sends = 0
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const send = async (items: readonly Event[]): Promise<readonly Outcome[]> => {
    sends++
    await held
    return items.map(() => undefined)
  }
  hop = new Coalescer<Event>({ send, sizeOf: () => 1, clock: Date.now, queueItems: QUEUE_ITEMS })
})
afterEach(async () => {
  release()
  await hop.close()
})

const headers = { 'content-type': 'application/json' }
const post = (body: unknown) => ({ method: 'POST', headers, body: JSON.stringify(body) })

/** One on its way, the others waiting. */
async function fill(request: () => unknown): Promise<void> {
  request()
  await expect.poll(() => sends).toBe(1)
  for (let item = 0; item < QUEUE_ITEMS; item++) request()
  await expect.poll(() => hop.depth).toBe(QUEUE_ITEMS)
}

it.each([
  ['ingest', path],
  ['ingest', bulk],
  ['bridge', '/procesar'],
] as const)('%s answers 429 at %s', async (name, at) => {
  const handlers = { ingest: ingestHandler, bridge: bridgeHandler }
  const app = handlers[name]({ ...memoryPorts(), submit: hop.submit })
  await fill(() => void app.request(at, post(sent)))
  const response = await app.request(at, post(at === bulk ? [sent, sent] : sent))
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '1'])
  expect(await response.json()).toMatchObject({ status: 429, code: 'busy' })
})

it('publisher answers RESOURCE_EXHAUSTED', async () => {
  const services = publisherHandler({ ...memoryPorts(), submit: hop.submit })
  const server = await serveGrpc(services, { host: '127.0.0.1', port: 0 })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  const { one } = methodsOf(domain.grpc)
  const message = domain.toMessage(domain.examples[0]?.stored ?? {}, undefined) as object
  const call = (): Promise<number> =>
    new Promise((resolve) => {
      const done = (error: ServiceError | null) => resolve(error?.code ?? status.OK)
      client.makeUnaryRequest(one.path, one.requestSerialize, one.responseDeserialize, message, done)
    })
  await fill(() => void call())
  expect(await call()).toBe(status.RESOURCE_EXHAUSTED)
  release()
  client.close()
  await server.close()
})
