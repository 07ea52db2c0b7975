/**
 * KafkaSource as it really is, one row a fact, each with its source; also where it does worse than the specification. What
 * a row says was either measured with the real dispatcher (upstream of July 2026) in front of the aggregator, or is in
 * a file of eventing-kafka-broker, the CloudEvents Java SDK, Vert.x or Netty.
 */
import type { IHeaders } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { cloudEventOf, type Origin } from './event.ts'
import { type HttpEvent, httpEventOf, receivedHeaders } from './http.ts'

const ORIGIN: Origin = { namespace: 'ns', name: 'src', addPosition: false, keyType: 'byte-array' }
const EVENT = { ce_specversion: '1.0', ce_id: '7', ce_source: '/a', ce_type: 't' }
const BINARY_KEY = Buffer.from([1, 2, 3, 0xff])

interface Given {
  readonly headers?: IHeaders
  readonly key?: Buffer | null
  readonly origin?: Partial<Origin>
  readonly timestampMs?: number
}

function request({ headers = {}, key = null, origin = {}, timestampMs = 0 }: Given): HttpEvent {
  const at = { topic: 't', partition: 3, offset: 42, timestampMs }
  const record: ConsumedRecord = { ...at, key, value: Buffer.from('{}'), headers }
  return httpEventOf(cloudEventOf(record, { ...ORIGIN, ...origin }), ORIGIN.namespace)
}

const SPEC = 'HTTP binding 3.1.3.2 wants percent-encoding: worse than the specification'
const MEASURED = 'measured'
const INTERCEPTOR = 'InvalidCloudEventInterceptor'
const text = (bytes: string) => Buffer.from(bytes)

describe('a header of the request', () => {
  test.each<[string, string, Given, string, string | undefined]>([
    ['an id keeps its percent sign', SPEC, { headers: { ...EVENT, ce_id: '50%' } }, 'ce-id', '50%'],
    [
      'percent-encoding is left as it is',
      MEASURED,
      { headers: { ...EVENT, ce_id: 'a%20b' } },
      'ce-id',
      'a%20b',
    ],
    ['a space stays a space', SPEC, { headers: { ...EVENT, ce_id: 'a b' } }, 'ce-id', 'a b'],
    ['a quote stays a quote', SPEC, { headers: { ...EVENT, ce_id: '"a"' } }, 'ce-id', '"a"'],
    ['up to U+00FF: one byte', MEASURED, { headers: { ...EVENT, ce_id: text('ñ') } }, 'ce-id', 'ñ'],
    ['over U+00FF: a question mark', MEASURED, { headers: { ...EVENT, ce_id: text('日本') } }, 'ce-id', '??'],
    ['an emoji: two', 'AsciiString.c2b', { headers: { ...EVENT, ce_id: text('🌎5') } }, 'ce-id', '??5'],
    ['U+2028', MEASURED, { headers: { ...EVENT, ce_id: text('a\u2028b') } }, 'ce-id', 'a?b'],
    [
      'not UTF-8',
      'String(bytes, UTF_8)',
      { headers: { ...EVENT, ce_id: Buffer.from([0xff]) } },
      'ce-id',
      '?',
    ],
    [
      'a content type is raw too',
      SPEC,
      { headers: { ...EVENT, 'content-type': text('a/é') } },
      'content-type',
      'a/é',
    ],
    [
      'a time loses zeros',
      'OffsetDateTime.toString',
      { headers: { ...EVENT, ce_time: '2026-11-27T08:30:00.500+00:00' } },
      'ce-time',
      '2026-11-27T08:30:00.5Z',
    ],
    [
      'a time keeps its offset',
      'OffsetDateTime.toString',
      { headers: { ...EVENT, ce_time: '2026-11-27t08:30:00.000-03:00' } },
      'ce-time',
      '2026-11-27T08:30:00-03:00',
    ],
    ['the time of a plain record', INTERCEPTOR, { timestampMs: 120 }, 'ce-time', '1970-01-01T00:00:00.12Z'],
    ['the id of a plain record', INTERCEPTOR, {}, 'ce-id', 'partition:3/offset:42'],
    ['its source', INTERCEPTOR, {}, 'ce-source', '/apis/v1/namespaces/ns/kafkasources/src#t'],
    ['its subject', INTERCEPTOR, {}, 'ce-subject', 'partition:3#42'],
    ['its type', INTERCEPTOR, {}, 'ce-type', 'dev.knative.kafka.event'],
    ['no Content-Type', INTERCEPTOR, {}, 'content-type', undefined],
    [
      'its content type, in lower case',
      INTERCEPTOR,
      { headers: { 'Content-Type': 'A/B' } },
      'content-type',
      'a/b',
    ],
    ['its headers, letters and digits', INTERCEPTOR, { headers: { 'X-T_1': 'v' } }, 'ce-kafkaheaderxt1', 'v'],
    ['key-type byte-array: Base64', MEASURED, { key: BINARY_KEY }, 'ce-key', 'AQID/w=='],
    ['the same as partitionkey', INTERCEPTOR, { key: BINARY_KEY }, 'ce-partitionkey', 'AQID/w=='],
    [
      'key-type string, the default',
      'KeyDeserializer',
      { key: text('P1'), origin: { keyType: 'string' } },
      'ce-key',
      'P1',
    ],
    [
      'key-type int: four bytes',
      'KeyDeserializer',
      { key: Buffer.from([0, 0, 1, 0]), origin: { keyType: 'int' } },
      'ce-key',
      '256',
    ],
    [
      'key-type int: else text',
      'KeyDeserializer',
      { key: text('P1'), origin: { keyType: 'int' } },
      'ce-key',
      'P1',
    ],
    ['an empty key is none', 'KeyDeserializer', { key: text('') }, 'ce-key', undefined],
    ['an event gets no key', INTERCEPTOR, { headers: EVENT, key: BINARY_KEY }, 'ce-key', undefined],
    ['Prefer', 'ConsumerVerticleFactory', {}, 'prefer', 'reply'],
    ['Kn-Namespace', 'ConsumerVerticleFactory', {}, 'kn-namespace', 'ns'],
    [
      'position, older versions',
      'ConsumerVerticleFactory',
      { headers: EVENT },
      'ce-knativekafkaoffset',
      undefined,
    ],
    [
      'position, newer ones',
      'KafkaMetadata',
      { headers: EVENT, origin: { addPosition: true } },
      'ce-knativekafkaoffset',
      '42',
    ],
    ['spaces around a value are lost', 'RFC 9110 5.5', { headers: { ...EVENT, ce_id: ' 7 ' } }, 'ce-id', '7'],
  ])('%s (%s)', (_fact, _source, given, header, expected) => {
    expect(receivedHeaders(request(given)).get(header)).toBe(expected)
  })
})

describe('what no request can carry (measured)', () => {
  test.each<[string, Given, boolean]>([
    ['a binary key, key-type string', { key: BINARY_KEY, origin: { keyType: 'string' } }, true],
    ['a binary key, key-type byte-array', { key: BINARY_KEY }, false],
    ['a header value of a plain record', { headers: { h: Buffer.from([0]) } }, true],
    ['a header of a plain record with a line feed', { headers: { h: 'a\nb' } }, true],
    ['an attribute', { headers: { ...EVENT, ce_subject: 'a\rb' } }, true],
    ['DEL', { headers: { ...EVENT, ce_subject: '\x7f' } }, true],
    ['a content type', { headers: { ...EVENT, 'content-type': 'a/b\r\nx: y' } }, true],
    ['a tab', { headers: { ...EVENT, ce_subject: 'a\tb' } }, false],
    [
      'C1 controls, which are bytes like others',
      { headers: { ...EVENT, ce_subject: text('\u0085') } },
      false,
    ],
    ['a header of an event that is not its own', { headers: { ...EVENT, h: 'a\nb' } }, false],
  ])('%s: %o', (_fact, given, isUnwritable) => {
    expect(request(given).unwritable !== undefined).toBe(isUnwritable)
  })
})
