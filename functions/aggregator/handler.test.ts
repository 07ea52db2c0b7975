import { describe, expect, it } from 'vitest'
import type { Account } from '../_core/accounts.ts'
import { Failure } from '../_core/errors.ts'
import { BULK_ITEMS, READ_RECORD_BYTES } from '../_core/limits.ts'
import type { Sink } from '../_core/ports.ts'
import { createMetrics } from '../_runtime/metrics.ts'
import { memoryPorts, memorySink, NOW } from '../_testing/ports.ts'
import { aggregatorHandler } from './handler.ts'

const SALE = { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 }
const EVENT = { 'ce-specversion': '1.0', 'ce-id': '7', 'ce-source': '/ingest/0123456789ab' }
const TYPED = { ...EVENT, 'ce-type': 'com.blackfriday.venta.v1', 'content-type': 'application/json' }
const PLAIN = {
  'ce-specversion': '1.0',
  'ce-id': 'partition:2/offset:41',
  'ce-source': '/apis/v1/namespaces/blackfriday/kafkasources/ventas#ventas-blackfriday',
  'ce-type': 'dev.knative.kafka.event',
  'ce-time': '2026-11-27T11:00:00Z',
}

function aggregator(sink = memorySink()) {
  const metrics = createMetrics('aggregator')
  const written: Account[] = []
  const accounts: Sink<Account> = async (all) => {
    written.push(...all)
    return all.map(() => undefined)
  }
  const app = aggregatorHandler({ ...memoryPorts(), metrics, submit: sink.submit, accounts })
  const post = (body: string, headers: Record<string, string>) =>
    app.request('/', { method: 'POST', headers, body })
  const deadLetters = async (): Promise<Record<string, number>> => {
    const { text } = await metrics.expose()
    const series = text.matchAll(/^caudal_dead_letters_total\{reason="(\w+)".*\} (\d+)$/gm)
    return Object.fromEntries([...series].map(([, reason, count]) => [reason, Number(count)]))
  }
  return { post, events: sink.events, deadLetters, written }
}

describe('aggregator', () => {
  it('answers 204 without a body once the event is counted', async () => {
    const { post, events } = aggregator()
    const response = await post(JSON.stringify(SALE), TYPED)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(events).toMatchObject([{ id: '7', time: new Date(NOW).toISOString(), value: SALE }])
  })

  it('takes the structured mode', async () => {
    const { post, events } = aggregator()
    const event = { specversion: '1.0', id: 'x', source: '/a', type: 'com.blackfriday.venta.v1', data: SALE }
    const response = await post(JSON.stringify(event), { 'content-type': 'application/cloudevents+json' })
    expect(response.status).toBe(204)
    expect(events).toMatchObject([{ id: 'x', value: SALE }])
  })

  it('reads a record that is no CloudEvent in every spelling, what it leaves out being 0 or empty', async () => {
    const { post, events } = aggregator()
    const response = await post('{"productoId":"P1","cantidadVendida":2}', PLAIN)
    expect(response.status).toBe(204)
    expect(events).toMatchObject([
      {
        id: 'partition:2/offset:41',
        time: '2026-11-27T11:00:00Z',
        value: { categoria: 0, producto_id: 'P1', precio: 0, cantidad_vendida: 2 },
      },
    ])
  })

  it.each([
    ['a record that is not JSON', 'hola', PLAIN, 400, 'malformed'],
    ['a record that is no sale', '{"precio":1}', PLAIN, 422, 'invalid'],
    ['a record of another topic', '{}', { ...PLAIN, 'ce-source': '/x#otros' }, 422, 'invalid'],
    ['an unknown type', '{}', { ...TYPED, 'ce-type': 'x' }, 422, 'invalid'],
    ['no CloudEvent', '{}', { 'content-type': 'application/json' }, 415, 'mediaType'],
  ])('refuses %s for good, so that it becomes a dead letter', async (_, body, headers, status, reason) => {
    const { post, deadLetters } = aggregator()
    expect((await post(body, headers)).status).toBe(status)
    expect(await deadLetters()).toEqual({ [reason]: 1 })
  })

  it.each([
    ['busy', 429],
    ['unavailable', 503],
  ] as const)('asks for the event again when Valkey is %s', async (code, status) => {
    const { post, deadLetters } = aggregator(memorySink(() => new Failure(code, 'later')))
    expect((await post(JSON.stringify(SALE), TYPED)).status).toBe(status)
    expect(await deadLetters()).toEqual({})
  })

  it.each(['50%', '%', '%41', 'a%20b', '"k"', 'a\\b', 'a b', '\u00f1'])(
    'takes the id %s in a header as it is, since a KafkaSource writes it so',
    async (id) => {
      const { post, events } = aggregator()
      expect((await post(JSON.stringify(SALE), { ...TYPED, 'ce-id': id })).status).toBe(204)
      expect(events).toMatchObject([{ id }])
    },
  )

  it.each([
    ['/apis/v1/namespaces/n/kafkasources/s#ventas-blackfriday', 422],
    ['/lote/0123456789ab', 422],
    ['%2Fingest%2F0123456789ab', 422],
    ['/idempotency/ventas%2dblackfriday', 422],
    ['/ingest/0123456789ab', 204],
    ['/idempotency/ventas-blackfriday', 204],
  ])('answers a CloudEvent of source %s with %i', async (source, status) => {
    const { post } = aggregator()
    expect((await post(JSON.stringify(SALE), { ...TYPED, 'ce-source': source })).status).toBe(status)
  })
})

describe('aggregator: a packed record', () => {
  const PACKED = {
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/lote/0123456789ab',
    'ce-type': 'com.caudal.lote.v1',
    'content-type': 'application/json',
  }
  const eventOf = (id: string, change: object = {}, source = '/tienda') => ({
    specversion: '1.0',
    id,
    source,
    type: 'com.blackfriday.venta.v1',
    data: { ...SALE, ...change },
  })
  const good = ['1', '日本 50%"\u0001', '%2F'].map((id) => eventOf(id))
  const bad = eventOf('bad', { precio: -1 })

  it('is counted event by event, each with the identity it has', async () => {
    const { post, events } = aggregator()
    const response = await post(JSON.stringify(good), PACKED)
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(events.map(({ id }) => id)).toEqual(good.map(({ id }) => id))
  })

  it('says which events can never be counted, and counts the others', async () => {
    const { post, events, deadLetters } = aggregator()
    const reserved = eventOf('9', {}, '%2Fingest%2F0123456789ab')
    const response = await post(JSON.stringify([good[0], bad, 7, reserved]), PACKED)
    expect([response.status, await response.json()]).toMatchObject([
      422,
      {
        detail: '3 of 4 events can never be counted',
        rechazadas: [
          { indice: 1, source: '/tienda', id: 'bad', motivo: expect.stringContaining('precio') },
          { indice: 2, motivo: 'a CloudEvent is a JSON object' },
          { indice: 3, source: '%2Fingest%2F0123456789ab', id: '9' },
        ],
      },
    ])
    expect(events.map(({ id }) => id)).toEqual(['1'])
    expect(await deadLetters()).toEqual({ invalid: 2, malformed: 1 })
  })

  it.each([
    [['busy'], 429],
    [['busy', 'unavailable'], 503],
    [['internal'], 500],
  ] as const)('is asked for again when some events are %j, whatever else is wrong', async (codes, status) => {
    const failures = new Map(codes.map((code, index) => [good[index]?.id, new Failure(code, 'later')]))
    const { post, deadLetters } = aggregator(memorySink(({ id }) => failures.get(id)))
    expect((await post(JSON.stringify([bad, ...good]), PACKED)).status).toBe(status)
    expect(await deadLetters()).toEqual({})
  })

  it.each([
    ['hola', 400],
    ['{}', 400],
    [`[${'1,'.repeat(BULK_ITEMS)}1]`, 413],
    [`["${'x'.repeat(READ_RECORD_BYTES - 4)}"]`, 422],
    [`["${'x'.repeat(READ_RECORD_BYTES - 3)}"]`, 413],
  ])('that is no batch, or too long, is refused as a whole: %.20s', async (body, status) => {
    expect((await aggregator().post(body, PACKED)).status).toBe(status)
  })
})

describe('the account of a record', () => {
  const AT = { 'ce-knativekafkapartition': '2', 'ce-knativekafkaoffset': '41' }
  const position = { topic: 'ventas-blackfriday', partition: 2, offset: 41 }

  it('is written once it is counted, where it lies', async () => {
    const { post, written } = aggregator()
    await post(JSON.stringify(SALE), { ...TYPED, ...AT })
    await post('{"productoId":"P1","cantidadVendida":2}', PLAIN)
    await post(JSON.stringify(SALE), TYPED)
    expect(written).toEqual([
      { position, state: 'counted' },
      { position, state: 'counted' },
    ])
  })

  it('is a dead letter when it never can be, with what was wrong', async () => {
    const { post, written } = aggregator()
    const body = '{"productoId":"","cantidadVendida":2}'
    const response = await post(body, { ...PLAIN, 'content-length': String(body.length) })
    expect(response.status).toBe(422)
    expect(written).toMatchObject([
      {
        position,
        state: 'dead',
        deadLetter: {
          reason: 'invalid',
          payload: body,
          payloadBytes: body.length,
          errors: expect.stringContaining('#/productoId'),
        },
      },
    ])
  })

  it('is not written while it cannot be counted', async () => {
    const { post, written } = aggregator(memorySink(() => new Failure('unavailable', 'later')))
    expect((await post(JSON.stringify(SALE), { ...TYPED, ...AT })).status).toBe(503)
    expect(written).toEqual([])
  })
})
