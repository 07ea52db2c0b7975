/**
 * Events as Kafka records: CloudEvents Kafka protocol binding 1.0, section 3.2 (binary content mode). Attributes are
 * headers with the prefix `ce_`; the value is the plain JSON that older consumers read.
 */
import type { Event } from '../../_core/event.ts'

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
    'content-type': 'application/json',
  }
  if (traceparent !== undefined) headers.ce_traceparent = traceparent
  return { key: String(value[domain.key]), value: JSON.stringify(value), headers }
}
