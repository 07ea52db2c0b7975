import { expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { type Event, sizeOf } from '../../_core/event.ts'
import { BATCH_BYTES, EVENT_ID_CHARS, EVENT_SOURCE_CHARS, TEXT_FIELD_CHARS } from '../../_core/limits.ts'
import { recordOf } from './kafka-record.ts'

/** What Kafka adds to a record and to each header: lengths, offset and time as varints (message format v2). */
const FRAME_BYTES = 40
const HEADER_FRAME_BYTES = 4
/** Of a topic, unless told otherwise: `message.max.bytes`. */
const KAFKA_BATCH_BYTES = 1_048_588

const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

function recordBytes(event: Event): number {
  const { key, value, headers } = recordOf(event)
  const texts = [key, value, ...Object.entries(headers).flat()]
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), FRAME_BYTES)
  return bytes + HEADER_FRAME_BYTES * Object.keys(headers).length
}

it.each(['x', '"', '\\', '€', '😀'])('an event of %s is at most as long as its size says', (character) => {
  const text = (characters: number): string => character.repeat(characters / character.length)
  for (const domain of domains) {
    for (const { stored } of domain.examples) {
      const texts = Object.entries(stored).map(([name, content]) => [
        name,
        typeof content === 'string' ? text(TEXT_FIELD_CHARS) : content,
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
      expect(sizeOf(event)).toBeGreaterThanOrEqual(recordBytes(event))
    }
  }
  expect(BATCH_BYTES).toBeLessThan(KAFKA_BATCH_BYTES)
})
