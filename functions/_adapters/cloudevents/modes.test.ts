import { CloudEvent, HTTP } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { Failure } from '../../_core/errors.ts'
import { knownType, registryOf } from '../../_core/registry.ts'
import { readBinary } from './binary.ts'
import { encodeBatch, readStructured, toEvents } from './json.ts'
import { type Reading, toEvent } from './read-event.ts'

const SALE = { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 }
const TYPE = 'com.blackfriday.venta.v1'
const EVENT = {
  specversion: '1.0',
  id: 'a',
  source: '/tienda',
  type: TYPE,
  time: '2026-11-27T12:00:00Z',
  data: SALE,
}
const NOW = '2026-11-27T13:00:00.000Z'
const registry = registryOf(domains)
const reading: Reading = {
  timeOf: (said) => said ?? NOW,
  domainOf: (type) => ({ domain: knownType(registry, type), missing: 'required' }),
}

const structured = (change: object) => toEvent(readStructured({ ...EVENT, ...change }), reading)

function binary(headers: Record<string, string | undefined>, body = JSON.stringify(SALE)) {
  const all: Record<string, string | undefined> = {
    'ce-specversion': '1.0',
    'ce-id': 'a',
    'ce-source': '/tienda',
    'ce-type': TYPE,
    ...headers,
  }
  return toEvent(
    readBinary((name) => all[name], Buffer.from(body), reading),
    reading,
  )
}

/** The code of what it throws. */
function codeOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return error instanceof Failure ? error.code : String(error)
  }
}

describe('events we read', () => {
  it('takes what the SDK writes, in both modes', () => {
    const event = new CloudEvent({ type: TYPE, source: '/tienda', id: 'ñ 1', time: NOW, data: SALE })
    const inBinary = HTTP.binary(event)
    const header = (name: string) => (inBinary.headers as Record<string, string | undefined>)[name]
    const expected = { id: 'ñ 1', source: '/tienda', time: NOW, value: SALE }
    const body = Buffer.from(String(inBinary.body))
    expect(toEvent(readBinary(header, body, reading), reading)).toMatchObject(expected)
    const inStructured: unknown = JSON.parse(String(HTTP.structured(event).body))
    expect(toEvent(readStructured(inStructured), reading)).toMatchObject(expected)
  })

  it('decodes percent-encoding in headers (HTTP binding, section 3.1.3.2)', () => {
    expect(binary({ 'ce-id': 'Euro%20%E2%82%AC' }).id).toBe('Euro €')
  })

  it('unquotes headers (HTTP binding, section 3.1.3.2)', () => {
    expect(binary({ 'ce-id': '"a \\"b\\" %25"' }).id).toBe('a "b" %')
  })

  it('takes null for unset (JSON event format, section 2.1)', () => {
    expect(structured({ time: null, datacontenttype: null, traceparent: null }).time).toBe(NOW)
  })

  it('gives the time of acceptance to an event without time', () => {
    expect([binary({}).time, structured({ time: undefined }).time]).toEqual([NOW, NOW])
  })

  it('takes data as base64 and without datacontenttype', () => {
    const data_base64 = Buffer.from(JSON.stringify(SALE)).toString('base64')
    expect(structured({ data: undefined, data_base64 }).value).toEqual(SALE)
    expect(binary({ 'content-type': undefined }).value).toEqual(SALE)
  })

  it.each([
    ['no specversion', { specversion: undefined }, 'malformed'],
    ['another version', { specversion: '0.3' }, 'malformed'],
    ['no id', { id: undefined }, 'malformed'],
    ['a number as id', { id: 7 }, 'malformed'],
    ['a blank id', { id: ' ' }, 'malformed'],
    ['half a character in the id', { id: '\ud800' }, 'malformed'],
    ['a long id', { id: 'x'.repeat(513) }, 'malformed'],
    ['no source', { source: undefined }, 'malformed'],
    ['no type', { type: undefined }, 'malformed'],
    ['an invalid time', { time: 'ayer' }, 'malformed'],
    ['a number as time', { time: 12 }, 'malformed'],
    ['an unknown type', { type: 'com.other' }, 'invalid'],
    ['other content', { datacontenttype: 'text/xml' }, 'mediaType'],
    ['bad content', { data: { ...SALE, precio: -1 } }, 'invalid'],
    ['no content', { data: undefined }, 'invalid'],
    ['a source that is no URI-reference', { source: 'a b' }, 'malformed'],
    ['a time that Java cannot read', { time: `2026-11-27T12:00:00.${'1'.repeat(10)}Z` }, 'malformed'],
    ['data and data_base64', { data_base64: 'e30=' }, 'malformed'],
    ['null as id', { id: null }, 'malformed'],
  ])('refuses %s', (_, change, code) => {
    expect(codeOf(() => structured(change))).toBe(code)
  })

  it.each([
    ['an empty id', { 'ce-id': '' }, 'malformed'],
    ['an invalid time', { 'ce-time': '2026-11-27' }, 'malformed'],
    ['no specversion', { 'ce-specversion': undefined }, 'malformed'],
    ['broken percent-encoding', { 'ce-id': '%E0%A4%A' }, 'malformed'],
    ['other content', { 'content-type': 'text/plain' }, 'mediaType'],
  ])('refuses %s in binary mode', (_, headers, code) => {
    expect(codeOf(() => binary(headers))).toBe(code)
  })

  it('keeps the neighbours of a bad event in a batch', async () => {
    const items = await toEvents([EVENT, { ...EVENT, id: undefined }, 7, EVENT], reading)
    expect(items.map((item) => (item instanceof Failure ? item.code : item.id))).toEqual([
      'a',
      'malformed',
      'malformed',
      'a',
    ])
  })
})

describe('batches we write', () => {
  it('are what the SDK reads', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const event = structured({ traceparent })
    const headers = { 'content-type': 'application/cloudevents-batch+json' }
    const read = HTTP.toEvent({ headers, body: encodeBatch([event]) })
    expect(read).toMatchObject([{ id: 'a', source: '/tienda', type: TYPE, traceparent, data: SALE }])
  })
})
