import { Kafka as SdkKafka } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import type { Event } from '../../_core/event.ts'
import { ERROR_DATA_BYTES, RECORD_BYTES, RECORD_EVENTS } from '../../_core/limits.ts'
import { PACKED_TYPE, packedRecords, recordIdentities } from './packed-record.ts'

const [domain] = domains
if (domain === undefined) throw new Error('no domain')
/** `max.request.size` of Kafka's producer. */
const KAFKA_SINK_BYTES = 1_048_576
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const event: Event = {
  id: '17',
  source: '/ingest/0123456789ab',
  time: '2026-11-27T12:00:00.000Z',
  domain,
  value: { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 },
}
const pack = (events: readonly Event[], key?: string) =>
  packedRecords(events, recordIdentities('0123456789ab'), key === undefined ? {} : { key })
const batchOf = ({ value }: { value: string }): { id: string }[] => JSON.parse(value)
/** An event of so many bytes in the record. */
const eventOf = (bytes: number): Event => {
  const fixed = Buffer.byteLength(pack([{ ...event, id: '' }])[0]?.value ?? '') - '[]'.length
  return { ...event, id: 'x'.repeat(bytes - fixed) }
}

describe('a packed record', () => {
  it('is as the golden file has it', async () => {
    const odd = { ...event, id: '日本 50% "\u0001"', source: '/tienda/ñ', traceparent: TRACEPARENT }
    const golden = `${JSON.stringify(pack([event, odd]), null, 2)}\n`
    await expect(golden).toMatchFileSnapshot('../../_testing/golden/packed-record.json')
  })

  it('is read by the CloudEvents SDK', () => {
    const [record] = pack([event, { ...event, id: '18' }])
    if (record === undefined) throw new Error('no record')
    const message = { ...record, body: record.value, timestamp: '' }
    const read = SdkKafka.toEvent(message)
    expect(read).toMatchObject({
      type: PACKED_TYPE,
      source: '/lote/0123456789ab',
      id: '1',
      data: [{ id: '17', type: domain.type, data: event.value }, { id: '18' }],
    })
  })

  it('has nothing in its headers that a receiver could read otherwise', () => {
    const [record] = pack([{ ...event, id: '日%2F"\u0000', source: '/ñ%25' }])
    for (const text of Object.values(record?.headers ?? {}))
      expect(text).toMatch(/^[\x21\x23\x24\x26-\x7e]+$/)
  })

  it('has a key of its own, or the one it is given', () => {
    expect(pack([event, event]).map(({ key }) => key)).toEqual(['1'])
    expect(pack([event], 'P1').map(({ key }) => key)).toEqual(['P1'])
  })

  it('is, as a dead letter, within what a KafkaSink sends unless told otherwise', () => {
    expect(RECORD_BYTES + 2 * ERROR_DATA_BYTES).toBeLessThan(KAFKA_SINK_BYTES / 1.5)
  })

  it('of nothing is none', () => expect(pack([])).toEqual([]))

  it.each([
    [1, [1]],
    [RECORD_EVENTS - 1, [RECORD_EVENTS - 1]],
    [RECORD_EVENTS, [RECORD_EVENTS]],
    [RECORD_EVENTS + 1, [RECORD_EVENTS, 1]],
  ])('%i events are records of %j', (count, sizes) => {
    const events = Array.from({ length: count }, (_, index) => ({ ...event, id: String(index) }))
    const records = pack(events)
    expect(records.map((record) => batchOf(record).length)).toEqual(sizes)
    expect(records.flatMap(batchOf).map(({ id }) => id)).toEqual(events.map(({ id }) => id))
  })

  it.each([
    [-1, [3]],
    [0, [3]],
    [1, [2, 1]],
  ])('of its most bytes and %i more is records of %j', (more, sizes) => {
    const framing = '[,,]'.length
    const [first, second] = [eventOf(100_000), eventOf(100_000)]
    const records = pack([first, second, eventOf(RECORD_BYTES - framing - 200_000 + more)])
    expect(records.map((record) => batchOf(record).length)).toEqual(sizes)
    for (const { value } of records) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(RECORD_BYTES)
  })
})
