/** CloudEvents 1.0 context attributes as this system reads them (specification, section 3). */

import { examplesFor, type Json } from '../../_adapters/docs/schemas.ts'
import type { Domain } from '../../_core/domain.ts'
import { EVENT_FUTURE_MS, EVENT_ID_CHARS, EVENT_PAST_DAYS, EVENT_SOURCE_CHARS } from '../../_core/limits.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'

export const EXAMPLE_SOURCE = '/example'
/** Of what is in the log; what is to be sent says none, which is now whenever it is sent. */
export const EXAMPLE_TIME = '2026-11-27T12:00:00Z'
export const TRACEPARENT: Json = {
  type: 'string',
  pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
}

export const attributes: Readonly<Record<string, Json>> = {
  specversion: { type: 'string', const: '1.0' },
  id: { type: 'string', minLength: 1, maxLength: EVENT_ID_CHARS, description: 'Unique within its source.' },
  source: {
    type: 'string',
    format: 'uri-reference',
    minLength: 1,
    maxLength: EVENT_SOURCE_CHARS,
    description: 'Who gave the id.',
  },
  type: { type: 'string' },
  time: {
    type: 'string',
    format: 'date-time',
    description: `Of the event, at most ${EVENT_FUTURE_MS / 60_000} minutes ahead and EVENT_PAST_DAYS (${EVENT_PAST_DAYS}) days ago; now, when it is left out.`,
  },
  traceparent: { ...TRACEPARENT, description: 'W3C Trace Context of the event.' },
}

export const requiredAttributes = ['specversion', 'id', 'source', 'type'] as const

/** An event of the domain in the JSON event format. */
export const cloudEventSchema = ({ title, type }: Domain, data: Json): Json => ({
  type: 'object',
  title: `${title} as CloudEvent`,
  properties: { ...attributes, type: { const: type }, datacontenttype: { const: JSON_TYPE }, data },
  required: [...requiredAttributes, 'data'],
})

export const cloudEventExample = (domain: Domain, id: string): Json => ({
  specversion: '1.0',
  id,
  source: EXAMPLE_SOURCE,
  type: domain.type,
  datacontenttype: JSON_TYPE,
  data: examplesFor(domain, 'cloudevent')[0]?.sent,
})
