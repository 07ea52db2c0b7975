/**
 * Events as Kafka records of their own: CloudEvents Kafka protocol binding 1.0, section 3.2 (binary content mode).
 * Attributes are headers with the prefix `ce_`; the value is the plain JSON that older consumers read.
 */
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'

export interface ProducedRecord {
  readonly key: string
  readonly value: string
  readonly headers: Readonly<Record<string, string>>
}

export function recordOf({ domain, value, id, source, time, traceparent }: Event): ProducedRecord {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: source,
    ce_type: domain.type,
    ce_time: time,
    'content-type': JSON_TYPE,
  }
  if (traceparent !== undefined) headers.ce_traceparent = traceparent
  return { key: String(value[domain.key]), value: JSON.stringify(value), headers }
}

/**
 * What a header carries as it is, whether the receiver percent-decodes and unquotes it or not (HTTP protocol binding,
 * section 3.1.3.2; a KafkaSource writes it raw): printable ASCII without `"` and `%`, and no space at its ends.
 */
const HEADER_SAFE = /^(?! )[\x20\x21\x23\x24\x26-\x7e]+(?<! )$/

const RULE = 'must be printable ASCII without % and " (records are single: KAFKA_RECORDS)'

/** Why the event cannot be a record of its own: its identity would come back as another one. */
export function headerProblem({ id, source }: Event): Failure | undefined {
  if (HEADER_SAFE.test(id) && HEADER_SAFE.test(source)) return undefined
  const bad = Object.entries({ id, source }).filter(([, text]) => !HEADER_SAFE.test(text))
  const names = bad.map(([name]) => (name === 'id' ? 'id (Idempotency-Key)' : name)).join(' and ')
  return new Failure(
    'identity',
    `${names} ${RULE}`,
    bad.map(([field]) => ({ field, detail: RULE })),
  )
}
