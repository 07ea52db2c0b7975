import type { IHeaders } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { type CloudEvent, cloudEventOf, type Origin } from './event.ts'

const ORIGIN: Origin = { namespace: 'blackfriday', name: 'ventas', addPosition: false, keyType: 'string' }
const SALE = '{"categoria":1}'
const EVENT = { ce_specversion: '1.0', ce_id: '7', ce_source: '/ingest/a', ce_type: 'sale' }

const record = (
  headers: IHeaders,
  value: string | null = SALE,
  key: string | null = null,
): ConsumedRecord => ({
  topic: 'ventas-blackfriday',
  partition: 3,
  offset: 42,
  timestampMs: Date.UTC(2026, 10, 27, 8, 30, 0, 5),
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers,
})
const shown = ({ attributes, contentType, data }: CloudEvent) => ({
  ...Object.fromEntries(attributes),
  ...(contentType === undefined ? {} : { contentType }),
  data: data === null ? null : data.toString(),
})
const of = (...args: Parameters<typeof record>) => shown(cloudEventOf(record(...args), ORIGIN))

describe('a valid CloudEvent is passed on as the event it is', () => {
  const attributes = { specversion: '1.0', id: '7', source: '/ingest/a', type: 'sale' }
  const structured = { 'content-type': 'application/cloudevents+json; charset=UTF-8' }
  const json = (more: object) => JSON.stringify({ ...attributes, ...more })
  test.each([
    ['the required attributes', EVENT, SALE, { ...attributes, data: SALE }],
    [
      'content-type is datacontenttype',
      { ...EVENT, 'content-type': 'application/json' },
      SALE,
      { ...attributes, contentType: 'application/json', data: SALE },
    ],
    [
      'time and extensions, names in any case',
      { ...EVENT, ce_time: '2026-11-27T08:30:00Z', ce_TraceParent: '00-x' },
      SALE,
      { ...attributes, time: '2026-11-27T08:30:00Z', traceparent: '00-x', data: SALE },
    ],
    ['other headers are not its own', { ...EVENT, other: 'x' }, SALE, { ...attributes, data: SALE }],
    ['of a repeated header the last', { ...EVENT, ce_id: ['6', '7'] }, SALE, { ...attributes, data: SALE }],
    ['no value, no data', EVENT, null, { ...attributes, data: null }],
    [
      'UTF-8',
      { ...EVENT, ce_subject: Buffer.from('café ☕') },
      SALE,
      { ...attributes, subject: 'café ☕', data: SALE },
    ],
    [
      'version 0.3',
      { ...EVENT, ce_specversion: '0.3' },
      SALE,
      { ...attributes, specversion: '0.3', data: SALE },
    ],
    ['structured', structured, json({ data: { categoria: 1 } }), { ...attributes, data: SALE }],
    [
      'structured, with text that is not JSON',
      structured,
      json({ datacontenttype: 'text/plain', data: 'hola' }),
      { ...attributes, contentType: 'text/plain', data: 'hola' },
    ],
    ['structured, a JSON string', structured, json({ data: 'hola' }), { ...attributes, data: '"hola"' }],
    ['structured, in Base64', structured, json({ data_base64: 'aG9sYQ==' }), { ...attributes, data: 'hola' }],
    [
      'structured, extensions that are no strings',
      structured,
      json({ sampled: true, depth: 3, gone: null }),
      { ...attributes, sampled: 'true', depth: '3', data: null },
    ],
  ])('%s', (_name, headers: IHeaders, value, expected) => {
    expect(of(headers, value)).toEqual(expected)
  })
})

describe('anything else is wrapped', () => {
  const { ce_id: _id, ...anonymous } = EVENT
  test.each<[string, IHeaders]>([
    ['no headers', {}],
    ['no specversion', { ...EVENT, ce_specversion: undefined }],
    ['another specversion', { ...EVENT, ce_specversion: '2.0' }],
    ['no id', anonymous],
    ['an empty id', { ...EVENT, ce_id: '' }],
    ['an empty type', { ...EVENT, ce_type: '' }],
    ['a source that is no URI reference', { ...EVENT, ce_source: 'a b' }],
    ['a source with half a percent', { ...EVENT, ce_source: '/100%' }],
    ['a time that is none', { ...EVENT, ce_time: 'yesterday' }],
    ['an extension name with a hyphen', { ...EVENT, 'ce_my-own': 'x' }],
    ['structured, but not JSON', { 'content-type': 'application/cloudevents+json' }],
    ['a batch', { ...anonymous, 'content-type': 'application/cloudevents-batch+json' }],
  ])('%s', (_name, headers) => {
    expect(of(headers, 'x')).toMatchObject({ type: 'dev.knative.kafka.event', data: 'x' })
  })

  test.each([
    ['without type', '{"specversion":"1.0","id":"7","source":"/a"}'],
    ['with an object as an attribute', '{"specversion":"1.0","id":"7","source":"/a","type":"t","x":{}}'],
    ['with a bad name', '{"specversion":"1.0","id":"7","source":"/a","type":"t","a_b":"x"}'],
    ['a JSON array', '[]'],
  ])('structured, %s', (_name, value) => {
    const event = of({ 'content-type': 'application/cloudevents+json' }, value)
    expect(event).toMatchObject({ type: 'dev.knative.kafka.event', data: value })
  })

  test('with where it was, its key, its headers and its content type', () => {
    const event = of({ 'Content-Type': 'Text/Plain', 'X-Trace_Id': 'ab c', empty: [] }, SALE, 'P1')
    expect(event).toEqual({
      specversion: '1.0',
      id: 'partition:3/offset:42',
      source: '/apis/v1/namespaces/blackfriday/kafkasources/ventas#ventas-blackfriday',
      type: 'dev.knative.kafka.event',
      subject: 'partition:3#42',
      time: '2026-11-27T08:30:00.005Z',
      key: 'P1',
      partitionkey: 'P1',
      kafkaheaderxtraceid: 'ab c',
      kafkaheaderempty: '',
      contentType: 'text/plain',
      data: SALE,
    })
  })

  test('no key, no content type and no value stay away', () => {
    for (const key of [null, '']) {
      const event = of({}, null, key)
      expect(Object.keys(event)).toEqual(['specversion', 'id', 'source', 'type', 'subject', 'time', 'data'])
      expect(event).toMatchObject({ data: null })
    }
  })
})

test('the newest versions add the position to every event', () => {
  for (const headers of [EVENT, {}]) {
    const { attributes } = cloudEventOf(record(headers), { ...ORIGIN, addPosition: true })
    expect(Object.fromEntries(attributes)).toMatchObject({
      knativekafkapartition: '3',
      knativekafkaoffset: '42',
    })
  }
})
