import { expect, it } from 'vitest'
import { recordOf } from '../../functions/_adapters/cloudevents/kafka-record.ts'
import { packedRecords, recordIdentities } from '../../functions/_adapters/cloudevents/packed-record.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import type { Event } from '../../functions/_core/event.ts'
import { dedupeKeyOf } from '../../functions/_core/keys.ts'
import { registryOf } from '../../functions/_core/registry.ts'
import { msOf } from '../../functions/_core/time.ts'
import { withReason } from '../kafka-source/dead-letter.ts'
import { cloudEventOf } from '../kafka-source/event.ts'
import { originOf } from '../kafka-source/origin.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { dedupeKeysOf, recordReader } from './read-record.ts'

const PREFIX = 'test:'
const [domain] = domains
if (domain === undefined) throw new Error('no domain')
const event: Event = {
  id: '17',
  source: '/ingest/0123456789ab',
  time: '2026-11-27T12:00:00Z',
  domain,
  value: { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 },
}
const WRITTEN_MS = Date.parse(event.time) + 1_000
const odd = { ...event, id: '日本 50%', source: '/tienda' }

function consumed(change: Partial<ConsumedRecord>): ConsumedRecord {
  const place = { topic: domain?.topic ?? '', partition: 2, offset: 41, timestampMs: WRITTEN_MS }
  return { ...place, key: null, value: null, headers: {}, ...change }
}

const recordWith = ({ value, headers }: { value: string; headers: Readonly<Record<string, string>> }) =>
  consumed({ value: Buffer.from(value), headers: { ...headers } })

const packedWith = (value: unknown) => {
  const [packed] = packedRecords([event], recordIdentities('0123456789ab'))
  if (packed === undefined) throw new Error('no record')
  return recordWith({ ...packed, value: typeof value === 'string' ? value : JSON.stringify(value) })
}
const packed = recordWith(
  packedRecords([event, odd], recordIdentities('0123456789ab'))[0] ?? { value: '', headers: {} },
)
const SEEN_IN = { prefix: PREFIX, generations: new Map() }
const read = recordReader(registryOf(domains), SEEN_IN)
const keysOf = (...events: readonly Pick<Event, 'source' | 'id'>[]) =>
  events.map(({ source, id }) => dedupeKeyOf(source, id, PREFIX))
const inRecord = (...indexes: readonly string[]) =>
  keysOf(...indexes.map((index) => ({ source: '/lote/0123456789ab', id: `1${index}` })))

it('reads each event of a packed record', () => {
  const events = read(packed)
  expect(events.map(({ dedupeKey }) => dedupeKey)).toEqual(keysOf(event, odd))
  expect(events.map((one) => one.event())).toEqual([event, odd])
  expect(events.map(({ isTimed }) => isTimed)).toEqual([true, true])
})

it('reads an event by itself, and a record that is none by its place', () => {
  expect(read(recordWith(recordOf(event))).map((one) => one.event())).toEqual([event])
  const plain = consumed({ value: Buffer.from('{"producto":"P1","precio":1,"cantidad_vendida":1}') })
  const [only] = read(plain)
  expect(only?.event()).toMatchObject({ value: { categoria: 0, producto_id: 'P1' } })
  expect(only?.dedupeKey).toEqual({ key: `${PREFIX}caudal:seen:/kafka/${domain.topic}:2:0`, bit: 41 })
})

it('gives an event that is dated ahead the time of its record', () => {
  const ahead = { ...event, time: '9999-12-31T00:00:00Z' }
  const [only] = read(recordWith(recordOf(ahead)))
  expect(only?.isTimed).toBe(false)
  expect(only?.event().time).toBe(new Date(WRITTEN_MS).toISOString())
})

it('gives what is ahead by its record too the time at which the log is read', () => {
  const aheadMs = WRITTEN_MS + 10 * 60_000
  const sale = { value: Buffer.from('{"producto":"P1","precio":1,"cantidad_vendida":1}') }
  const event = { ...recordWith(recordOf({ ...odd, time: new Date(aheadMs).toISOString() })) }
  for (const record of [consumed(sale), event]) {
    const dated = { ...record, timestampMs: aheadMs }
    const [then] = recordReader(registryOf(domains), SEEN_IN, () => WRITTEN_MS)(dated)
    expect([then?.isTimed, msOf(then?.event().time ?? '')]).toEqual([false, WRITTEN_MS])
    const [later] = recordReader(registryOf(domains), SEEN_IN, () => aheadMs)(dated)
    expect([later?.isTimed, msOf(later?.event().time ?? '')]).toEqual([true, aheadMs])
  }
})

it.each([
  ['no batch', 'hola', inRecord('')],
  ['an object', {}, inRecord('')],
  ['things that are no event', [7, {}, { source: '/a', id: '' }], inRecord('/0', '/1', '/2')],
  [
    'an event that is refused',
    [{ source: '/a', id: '1', specversion: '2' }],
    keysOf({ source: '/a', id: '1' }),
  ],
  ['data twice', [{ source: '/a', id: '1', data: {}, data_base64: '' }], inRecord('/0')],
])('knows %s in a packed record', (_, value, dedupeKeys) => {
  const events = read(packedWith(value))
  expect(events.map(({ dedupeKey }) => dedupeKey)).toEqual(dedupeKeys)
  for (const one of events) expect(() => one.event()).toThrow()
})

it.each([
  ['packed', packed],
  ['single', recordWith(recordOf(event))],
  ['plain', consumed({ value: Buffer.from('{}') })],
  ['no batch', packedWith('hola')],
  ['no events', packedWith([7, {}])],
])('knows a dead letter by the identities of its record: %s', (_, record) => {
  const answer = { status: 422, problem: undefined, body: Buffer.from('no') }
  const event = withReason(cloudEventOf(record, originOf(record.topic)), 'http://sink/', answer)
  const headers = Object.fromEntries([...event.attributes].map(([name, text]) => [`ce_${name}`, text]))
  const deadLetter = consumed({ topic: 'dead', partition: 0, offset: 7, value: event.data, headers })
  expect(dedupeKeysOf(deadLetter, SEEN_IN)).toEqual(dedupeKeysOf(record, SEEN_IN))
})
