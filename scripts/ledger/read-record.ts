/** A record of the log as the aggregator sees it, through the same code as a delivery. */
import { readBinary, toEvent } from '../../functions/_adapters/cloudevents/http.ts'
import { logReading } from '../../functions/_adapters/cloudevents/reading.ts'
import type { Event } from '../../functions/_core/event.ts'
import { type DedupeKey, dedupeKeyOf } from '../../functions/_core/keys.ts'
import type { Registry } from '../../functions/_core/registry.ts'
import { cloudEventOf } from '../kafka-source/event.ts'
import { httpEventOf } from '../kafka-source/http.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import { ORIGIN } from '../lib/topology.ts'

/** @param prefix comes before every key */
export function dedupeKeyOfRecord(record: ConsumedRecord, prefix: string): DedupeKey {
  const { attributes } = cloudEventOf(record, ORIGIN)
  return dedupeKeyOf(attributes.get('source') ?? '', attributes.get('id') ?? '', prefix)
}

export interface ReadRecord {
  readonly source: string
  readonly dedupeKey: DedupeKey
  /** False: the aggregator gave it the time at which it came. */
  readonly isTimed: boolean
  /** @throws Failure when the aggregator refuses it */
  event(): Event
}

/** @param prefix comes before every key */
export function recordReader(registry: Registry, prefix: string): (record: ConsumedRecord) => ReadRecord {
  const reading = logReading(registry, Date.now)
  return (record) => {
    const cloudEvent = cloudEventOf(record, ORIGIN)
    const source = cloudEvent.attributes.get('source') ?? ''
    return {
      source,
      dedupeKey: dedupeKeyOf(source, cloudEvent.attributes.get('id') ?? '', prefix),
      isTimed: cloudEvent.attributes.has('time'),
      event: () => {
        const { headers, body } = httpEventOf(cloudEvent, ORIGIN.namespace)
        const values = new Map<string, string>()
        for (let at = 0; at < headers.length; at += 2) values.set(headers[at] ?? '', headers[at + 1] ?? '')
        return toEvent(
          readBinary((name) => values.get(name), body ?? Buffer.alloc(0)),
          reading,
        )
      },
    }
  }
}
