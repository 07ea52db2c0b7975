/** A record of the log as the aggregator sees it, event by event, through the same code as a delivery. */

import { readBinary } from '../../functions/_adapters/cloudevents/binary.ts'
import { batchOf, readStructured } from '../../functions/_adapters/cloudevents/json.ts'
import { isPacked } from '../../functions/_adapters/cloudevents/packed-record.ts'
import { type RawEvent, toEvent } from '../../functions/_adapters/cloudevents/read-event.ts'
import { logReading } from '../../functions/_adapters/cloudevents/reading.ts'
import { attributeProblem } from '../../functions/_core/attributes.ts'
import type { Generations } from '../../functions/_core/epoch.ts'
import type { Event } from '../../functions/_core/event.ts'
import { isAhead } from '../../functions/_core/event-time.ts'
import { type DedupeKey, dedupeKeyOf } from '../../functions/_core/keys.ts'
import type { Clock } from '../../functions/_core/ports.ts'
import type { Registry } from '../../functions/_core/registry.ts'
import { cloudEventOf } from '../kafka-source/event.ts'
import { httpEventOf, receivedHeaders } from '../kafka-source/http.ts'
import { originOf } from '../kafka-source/origin.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'

export interface LoggedEvent {
  readonly source: string
  readonly dedupeKey: DedupeKey
  /** False: the aggregator gave it the time at which it came. */
  readonly isTimed: boolean
  /** @throws Failure when the aggregator refuses it */
  event(): Event
}

/** Where Valkey remembers what was counted. */
export interface SeenIn {
  /** Comes before every key. */
  readonly prefix: string
  readonly generations: Generations
}

/**
 * An aggregator counts what is dated ahead of its own clock as of then. When that was is not in the log: no earlier than
 * the record says, if that is no time to come itself, as a foreign producer's can be on a topic that takes it.
 *
 * @param now when the log is read
 */
export function recordReader(
  registry: Registry,
  { prefix, generations }: SeenIn,
  now: Clock = Date.now,
): (record: ConsumedRecord) => readonly LoggedEvent[] {
  return (record) => {
    const countedMs = Math.min(record.timestampMs, now())
    const reading = logReading(registry, () => countedMs)
    return identified(record).map(({ source, id, raw }) => {
      const time = raw?.attributes.time
      return {
        source,
        dedupeKey: dedupeKeyOf(source, id, prefix, generations),
        isTimed: time !== undefined && !isAhead(String(time), countedMs),
        event: () => {
          if (raw === undefined) throw new TypeError(`${source}#${id} is no event`)
          return toEvent(raw, reading)
        },
      }
    })
  }
}

/** The identities in a record, or in the dead letter of one. */
export const dedupeKeysOf = (record: ConsumedRecord, { prefix, generations }: SeenIn): DedupeKey[] =>
  identified(record).map(({ source, id }) => dedupeKeyOf(source, id, prefix, generations))

interface Identified {
  readonly source: string
  readonly id: string
  /** Undefined for what is no event. */
  readonly raw: RawEvent | undefined
}

/** What does not name itself is known by its record's identity and its place in it, which its dead letter has as well. */
function identified(record: ConsumedRecord): readonly Identified[] {
  const origin = originOf(record.topic)
  const request = httpEventOf(cloudEventOf(record, origin), origin.namespace)
  const headers = receivedHeaders(request)
  const header = (name: string): string | undefined => headers.get(name)
  const data = request.body ?? Buffer.alloc(0)
  const raw = readBinary(header, data, { rawHeaders: true })
  const [source, id] = [String(raw.attributes.source ?? ''), String(raw.attributes.id ?? '')]
  if (!isPacked(header)) return [{ source, id, raw }]
  const members = ifReadable(() => batchOf(data))
  if (members === undefined) return [{ source, id, raw: undefined }]
  return members.map((member, index) => {
    const own = ifReadable(() => readStructured(member))
    return { source, id: `${id}/${index}`, ...nameOf(own), raw: own }
  })
}

function nameOf(raw: RawEvent | undefined): Pick<Identified, 'source' | 'id'> | undefined {
  const { source, id } = raw?.attributes ?? {}
  const isNamed = attributeProblem('source', source) === undefined && attributeProblem('id', id) === undefined
  return isNamed ? { source: String(source), id: String(id) } : undefined
}

/** Undefined for what the aggregator refuses, too. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
