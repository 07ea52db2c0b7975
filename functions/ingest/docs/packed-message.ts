/** The packed record of a domain in the AsyncAPI document: what the publisher writes unless told otherwise. */
import { PACKED_TYPE, packedRecords, recordIdentities } from '../../_adapters/cloudevents/packed-record.ts'
import { type Json, wordOf } from '../../_adapters/docs/schemas.ts'
import type { Domain } from '../../_core/domain.ts'
import { RECORD_EVENTS } from '../../_core/limits.ts'
import { cloudEventSchema, EXAMPLE_SOURCE, EXAMPLE_TIME } from './cloudevent.ts'

const JSON_TYPE = 'application/json'
const EXAMPLE_INSTANCE = '0123456789ab'
const ASCII = { type: 'string', pattern: '^[!#$&-~]+$' }

/** @param stored the schema of an event's data */
export const packedMessage = (domain: Domain, stored: Json): Json => ({
  title: `${domain.title}s of one send`,
  summary:
    'A CloudEvent whose data are events as a CloudEvents batch, each with its own identity; the outer one names the record.',
  contentType: JSON_TYPE,
  headers: {
    type: 'object',
    properties: {
      ce_specversion: { const: '1.0' },
      ce_id: { ...ASCII, description: 'The number of the record, which is its key as well.' },
      ce_source: { ...ASCII, description: 'The publisher that wrote it: `/lote/<instance>`.' },
      ce_type: { const: PACKED_TYPE },
      'content-type': { const: JSON_TYPE },
    },
    required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'content-type'],
  },
  payload: {
    type: 'array',
    items: cloudEventSchema(domain, stored),
    maxItems: RECORD_EVENTS,
    title: `${wordOf(domain)} batch`,
  },
  examples: examplesOf(domain),
})

function examplesOf(domain: Domain): readonly Json[] {
  const events = domain.examples.map(({ stored }, index) => {
    return { id: String(index + 1), source: EXAMPLE_SOURCE, time: EXAMPLE_TIME, domain, value: stored }
  })
  return packedRecords(events, recordIdentities(EXAMPLE_INSTANCE)).map(({ headers, value }) => ({
    name: 'batch',
    headers,
    payload: JSON.parse(value) as Json,
  }))
}
