import { describe, expect, it } from 'vitest'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { BULK_ITEMS, BULK_SLICE_ITEMS, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import type { Sink } from '../_core/ports.ts'
import { memoryPorts, memorySink, NOW, SOURCE } from '../_testing/ports.ts'
import { ingestHandler } from './handler.ts'

const SALE = { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 }
const JSON_TYPE = { 'content-type': 'application/json' }

function ingest(sink = memorySink()) {
  const app = ingestHandler({ ...memoryPorts(), submit: sink.submit })
  const post = (path: string, body: unknown, headers: Record<string, string> = JSON_TYPE) =>
    app.request(path, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return { app, post, events: sink.events }
}

const failing = (failure: Failure): { submit: Sink<Event>; events: Event[] } => memorySink(() => failure)

describe('ingest: one event', () => {
  it.each([
    ['/venta', '"Venta procesada"'],
    ['/ventas', `{"estado":"OK","id":"${SOURCE}#1"}`],
    ['/purchase', `{"estado":"OK","id":"${SOURCE}#1"}`],
  ])('POST %s answers %s with the receipt', async (path, body) => {
    const { post, events } = ingest()
    const response = await post(path, SALE)
    expect([response.status, await response.text()]).toEqual([200, body])
    expect(response.headers.get('event-id')).toBe(`${SOURCE}#1`)
    expect(events).toMatchObject([
      { id: '1', source: SOURCE, time: new Date(NOW).toISOString(), value: SALE },
    ])
  })

  it('takes its identity from Idempotency-Key', async () => {
    const { post, events } = ingest()
    await post('/venta', SALE, { ...JSON_TYPE, 'idempotency-key': 'k1' })
    expect(events).toMatchObject([{ id: 'k1', source: '/idempotency/ventas-blackfriday' }])
  })

  it('passes a trace on, and drops a broken one', async () => {
    const { post, events } = ingest()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    await post('/venta', SALE, { ...JSON_TYPE, traceparent })
    await post('/venta', SALE, { ...JSON_TYPE, traceparent: '00-0-0-0' })
    expect(events.map((event) => event.traceparent)).toEqual([traceparent, undefined])
  })

  const problems: [string, unknown, Record<string, string>, number, object][] = [
    ['broken JSON', '{"categoria":', JSON_TYPE, 400, { detail: 'the body is not valid JSON' }],
    ['an empty body', '', JSON_TYPE, 400, { detail: 'the body is empty' }],
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, {}],
    ['a long body', `"${'x'.repeat(SINGLE_BODY_BYTES - 1)}"`, JSON_TYPE, 413, {}],
    ['a bad key', SALE, { ...JSON_TYPE, 'idempotency-key': 'k'.repeat(256) }, 400, {}],
    ['a bad field', { ...SALE, precio: -1 }, JSON_TYPE, 422, { errors: [{ pointer: '#/precio' }] }],
  ]
  it.each(problems)('answers %s with a problem', async (_, body, headers, status, members) => {
    const { post, events } = ingest()
    const response = await post('/venta', body, headers)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status, ...members })
    expect(events).toEqual([])
  })

  it.each([
    ['busy', 429],
    ['unavailable', 503],
  ] as const)('answers %s with %i and Retry-After', async (code, status) => {
    const response = await ingest(failing(new Failure(code, 'later'))).post('/venta', SALE)
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, '1'])
  })

  it.each([
    SOURCE,
    SOURCE.replaceAll('/', '%252F'),
    '/apis/v1/namespaces/n/kafkasources/s#ventas-blackfriday',
    '/idempotency/ventas-blackfriday',
    '/lote/0123456789ab',
  ])('refuses a client event under the reserved source %s', async (source) => {
    const event = { specversion: '1.0', id: '1', source, type: 'com.blackfriday.venta.v1', data: SALE }
    const response = await ingest().post('/', event, { 'content-type': 'application/cloudevents+json' })
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ pointer: '#/source' }] })
  })

  it.each([{ Bad_Name: 1 }, { source: 'no uri: at all' }])(
    'refuses a client event that is no CloudEvent by the SDK: %j',
    async (change) => {
      const event = {
        specversion: '1.0',
        id: '1',
        source: '/c',
        type: 'com.blackfriday.venta.v1',
        data: SALE,
      }
      const type = { 'content-type': 'application/cloudevents+json' }
      expect((await ingest().post('/', event, type)).status).toBe(200)
      expect((await ingest().post('/', { ...event, ...change }, type)).status).toBe(400)
    },
  )

  it('names the routes it does not have and the methods it takes', async () => {
    const { app } = ingest()
    expect((await app.request('/nada')).status).toBe(404)
    const response = await app.request('/venta')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  })
})

describe('ingest: many at once', () => {
  const NDJSON = { 'content-type': 'application/x-ndjson' }
  const bad = { ...SALE, precio: 'caro' }

  it.each([
    ['an array', [SALE, bad, SALE], JSON_TYPE],
    ['NDJSON', [SALE, bad, SALE].map((sale) => JSON.stringify(sale)).join('\n'), NDJSON],
  ])('stores the good ones of %s', async (_, body, headers) => {
    const { post, events } = ingest()
    const response = await post('/ventas', body, headers)
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { almacenadas: 2, rechazadas: [{ indice: 1, errores: [{ pointer: '#/precio' }] }] },
    ])
    expect(events).toHaveLength(2)
  })

  it('keeps the lines around one that is not JSON', async () => {
    const { post } = ingest()
    const response = await post(
      '/ventas',
      `${JSON.stringify(SALE)}\r\n{"x\n\n${JSON.stringify(SALE)}\n`,
      NDJSON,
    )
    expect(await response.json()).toMatchObject({ almacenadas: 2, rechazadas: [{ indice: 1 }] })
  })

  it('says where an array stops being JSON, and keeps what came before', async () => {
    const response = await ingest().post('/ventas', `[${JSON.stringify(SALE)}, {"categoria"`)
    expect(await response.json()).toMatchObject({ almacenadas: 1, rechazadas: [{ indice: 1 }] })
  })

  it('answers 422 when none is valid, 503 when the next step is away', async () => {
    const none = await ingest().post('/ventas', [bad])
    expect([none.status, await none.json()]).toMatchObject([
      422,
      { almacenadas: 0, rechazadas: [{ indice: 0 }] },
    ])
    const away = await ingest(failing(new Failure('unavailable', 'away'))).post('/ventas', [SALE, bad])
    expect(away.status).toBe(503)
  })

  it('asks a next step that is away only once, and still says what is wrong with the rest', async () => {
    let asked = 0
    const { submit } = failing(new Failure('unavailable', 'away'))
    const { post } = ingest({
      events: [],
      submit: (items) => {
        asked++
        return submit(items)
      },
    })
    const sales = [...new Array(BULK_SLICE_ITEMS + 1).fill(SALE), bad]
    expect((await post('/ventas', sales)).status).toBe(503)
    expect(asked).toBe(1)
  })

  it('takes 10,000 items and says that it read no further', async () => {
    const line = JSON.stringify(SALE)
    const { post } = ingest()
    const full = await post('/ventas', `${line}\n`.repeat(BULK_ITEMS), NDJSON)
    expect(await full.json()).toEqual({ almacenadas: BULK_ITEMS, rechazadas: [] })
    const over = await post('/ventas', `${line}\n`.repeat(BULK_ITEMS + 2), NDJSON)
    expect(await over.json()).toMatchObject({ almacenadas: BULK_ITEMS, rechazadas: [{ indice: BULK_ITEMS }] })
  })

  it('numbers the items of a key', async () => {
    const { post, events } = ingest()
    await post('/ventas', [SALE, SALE], { ...JSON_TYPE, 'idempotency-key': 'lote' })
    expect(events.map((event) => event.id)).toEqual(['lote/0', 'lote/1'])
  })
})
