import { expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { type Event, sizeOf } from '../../_core/event.ts'
import { BATCH_BYTES, EVENT_ID_CHARS, EVENT_SOURCE_CHARS, TEXT_FIELD_CHARS } from '../../_core/limits.ts'
import { readBinary } from './binary.ts'
import { headerProblem, type ProducedRecord, recordOf } from './kafka-record.ts'
import { packedRecords, recordIdentities } from './packed-record.ts'

/** What Kafka adds to a record and to each header: lengths, offset and time as varints (message format v2). */
const FRAME_BYTES = 40
const HEADER_FRAME_BYTES = 4
/** Of a topic, unless told otherwise: `message.max.bytes`. */
const KAFKA_BATCH_BYTES = 1_048_588

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

function recordBytes({ key, value, headers }: ProducedRecord): number {
  const texts = [key, value, ...Object.entries(headers).flat()]
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), FRAME_BYTES)
  return bytes + HEADER_FRAME_BYTES * Object.keys(headers).length
}

it.each(['x', '"', '\\', '€', '😀', '\u0001'])(
  'an event of %j is at most as long as its size says',
  (character) => {
    const text = (characters: number): string => character.repeat(characters / character.length)
    for (const domain of domains) {
      for (const { stored } of domain.examples) {
        const texts = Object.entries(stored).map(([name, content]) => [
          name,
          // No field takes a control character.
          typeof content === 'string' ? text(TEXT_FIELD_CHARS).replaceAll('\u0001', 'x') : content,
        ])
        const event: Event = {
          id: text(EVENT_ID_CHARS),
          source: text(EVENT_SOURCE_CHARS),
          time: '2026-11-27T12:00:00.123456789+05:30',
          traceparent: TRACE,
          domain,
          value: {
            ...Object.fromEntries(texts),
            ...(typeof stored.precio === 'number' && { precio: Math.PI * 1e-7 }),
          },
        }
        const records = [recordOf(event), ...packedRecords([event], recordIdentities('0123456789ab'))]
        for (const record of records) expect(sizeOf(event)).toBeGreaterThanOrEqual(recordBytes(record))
      }
    }
    expect(BATCH_BYTES).toBeLessThan(KAFKA_BATCH_BYTES)
  },
)

it.each([
  ['17', true],
  ['pedido 17', true],
  ["!#$&'()*+,-./:;<=>?@[\\]^_`{|}~", true],
  ['~', true],
  ['', false],
  [' 17', false],
  ['17 ', false],
  ['50%', false],
  ['%2F', false],
  ['"17"', false],
  ['\u001f', false],
  ['\t', false],
  ['\u007f', false],
  ['\u0080', false],
  ['ñ', false],
  ['日本', false],
  ['🌎', false],
])('a header carries %j as it is: %s', (text, isCarried) => {
  const [domain] = domains
  if (domain === undefined) throw new Error('no domain')
  const named = (id: string, source: string) =>
    headerProblem({ id, source, time: '2026-11-27T12:00:00Z', domain, value: {} })
  expect(named(text, '/s') === undefined).toBe(isCarried)
  expect(named('1', text) === undefined).toBe(isCarried)
  if (isCarried) {
    // Neither decoding nor unquoting (HTTP binding, section 3.1.3.2) nor the white space rule of headers changes it.
    const read = readBinary((name) => (name === 'ce-id' ? text.trim() : undefined), Buffer.of(), {})
    expect(read.attributes.id).toBe(text)
  } else {
    expect(named(text, '/s')).toMatchObject({ code: 'identity', fields: [{ field: 'id' }] })
    expect(named(text, text)?.message).toMatch(/^id \(Idempotency-Key\) and source must be/)
  }
})
