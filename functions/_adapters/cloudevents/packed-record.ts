/**
 * Packed records: what one send gathered is one Kafka record, and so one delivery of a KafkaSource.
 *
 * The record is a CloudEvent in binary mode (Kafka protocol binding 1.0, section 3.2) whose data are its events as a
 * CloudEvents batch (JSON event format, section 4): any SDK reads it. A KafkaSource writes headers as they are, characters
 * over U+00FF as `?`, so nothing that a client chose is in them; the identity of each event is in the data, untouched.
 */
import { type Event, type Identities, numberedBy, RECORD_ROLE } from '../../_core/event.ts'
import { RECORD_BYTES, RECORD_EVENTS } from '../../_core/limits.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'
import type { HeaderReader } from '../http/headers.ts'
import { encodeEvent } from './json.ts'
import type { ProducedRecord } from './kafka-record.ts'

/** CloudEvents `type` of a packed record. */
export const PACKED_TYPE = 'com.caudal.lote.v1'

/** The extension that says which topic of that name a record was written to: Kafka's id of it. */
export const TOPIC_ID = 'topicid'

/** Whether a delivery is a packed record: its type is ASCII, and the same however headers are read. */
export const isPacked = (header: HeaderReader): boolean => header('ce-type') === PACKED_TYPE

/** Records are numbered as events are: the number is the key as well, which spreads them over the partitions. */
export const recordIdentities = (instance: string): Identities => numberedBy(RECORD_ROLE, instance)

/**
 * As few records as the bounds of one allow, with the events in order.
 *
 * @param key of each record; by default its own number
 * @param topicId when it is known
 */
export function packedRecords(
  events: readonly Event[],
  identities: Identities,
  { key, topicId }: { readonly key?: string; readonly topicId?: string | undefined } = {},
): readonly ProducedRecord[] {
  return packed(events).map((value) => {
    const { source, id } = identities.next()
    const headers = {
      ce_specversion: '1.0',
      ce_id: id,
      ce_source: source,
      ce_type: PACKED_TYPE,
      'content-type': JSON_TYPE,
      ...(topicId !== undefined && { [`ce_${TOPIC_ID}`]: topicId }),
    }
    return { key: key ?? id, value, headers }
  })
}

function packed(events: readonly Event[]): string[] {
  const batches: string[] = []
  let texts: string[] = []
  // `[`; each event brings a comma or the closing bracket.
  let bytes = 1
  for (const event of events) {
    const text = encodeEvent(event)
    const more = Buffer.byteLength(text) + 1
    if (texts.length > 0 && (texts.length === RECORD_EVENTS || bytes + more > RECORD_BYTES)) {
      batches.push(`[${texts.join()}]`)
      texts = []
      bytes = 1
    }
    texts.push(text)
    bytes += more
  }
  if (texts.length > 0) batches.push(`[${texts.join()}]`)
  return batches
}
