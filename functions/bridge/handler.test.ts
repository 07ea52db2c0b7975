import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../_adapters/cloudevents/json.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { memoryPorts, memorySink } from '../_testing/ports.ts'
import { bridgeHandler } from './handler.ts'

const SALE = { categoria: 'ropa', producto: 'P1', precio: 40.5, cantidadVendida: 3 }
const STORED = { categoria: 2, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 }
const BATCH = 'application/cloudevents-batch+json'

function bridge(sink = memorySink()) {
  const app = bridgeHandler({ ...memoryPorts(), submit: sink.submit })
  const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    app.request('/procesar', { method: 'POST', headers, body })
  return { post, events: sink.events }
}

const event = (id: string): Event => {
  const [domain] = memoryPorts().registry.all
  if (domain === undefined) throw new Error('no domain')
  return { id, source: '/s', time: '2026-11-27T12:00:00Z', domain, value: STORED }
}

describe('bridge', () => {
  it('takes a plain sale in every spelling', async () => {
    const { post, events } = bridge()
    const response = await post(JSON.stringify(SALE))
    expect([response.status, await response.json()]).toEqual([200, { status: 'enviado a grpc' }])
    expect(events).toMatchObject([{ id: '1', value: STORED }])
  })

  it('takes a CloudEvent of any domain with its own identity', async () => {
    const { post, events } = bridge()
    const vote = JSON.stringify({ name: 'Café Tacvba', album: 'Re', year: '1994', rank: 1 })
    const ce = {
      'ce-specversion': '1.0',
      'ce-id': 'v1',
      'ce-source': '/web',
      'ce-type': 'com.bandas.voto.v1',
    }
    const response = await post(vote, { ...ce, 'content-type': 'application/json' })
    expect([response.status, await response.json()]).toEqual([200, { status: 'enviado a grpc' }])
    expect(events).toMatchObject([
      { id: 'v1', source: '/web', domain: { name: 'votes' }, value: { year: 1994 } },
    ])
  })

  it('answers a batch item by item', async () => {
    const { post } = bridge(memorySink(({ id }) => (id === 'b' ? new Failure('busy', 'full') : undefined)))
    const response = await post(encodeBatch([event('a'), event('b'), event('c')]), { 'content-type': BATCH })
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        status: 'enviado a grpc',
        almacenadas: 2,
        rechazadas: [{ indice: 1, errores: [{ code: 'busy', pointer: '#', detail: 'full' }] }],
      },
    ])
  })

  it.each([
    ['no JSON', '{', 'application/json', 400],
    ['a bad sale', '{}', 'application/json', 422],
    ['text', 'hola', 'text/plain', 415],
    ['a batch that is no array', '{}', BATCH, 400],
    ['a batch without a good event', '[{}]', BATCH, 400],
  ])('refuses %s', async (_, body, type, status) => {
    const { post, events } = bridge()
    expect((await post(body, { 'content-type': type })).status).toBe(status)
    expect(events).toEqual([])
  })

  it.each([
    ['/ingest/0123456789ab', 200],
    ['/idempotency/ventas-blackfriday', 200],
    ['%2Fingest%2F0123456789ab', 422],
    ['/idempotency/ventas%2Dblackfriday', 422],
    ['/apis/v1/namespaces/n/kafkasources/s#ventas-blackfriday', 422],
    ['/lote/0123456789ab', 422],
  ])('answers an event of source %s with %i', async (source, status) => {
    const batch = encodeBatch([{ ...event('a'), source }])
    expect((await bridge().post(batch, { 'content-type': BATCH })).status).toBe(status)
  })

  it('answers 503 for a whole batch when the publisher is away', async () => {
    const { post } = bridge(memorySink(() => new Failure('unavailable', 'away')))
    const response = await post(encodeBatch([event('a')]), { 'content-type': BATCH })
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  })
})
