/** The request headers of the endpoints as reusable parts of the OpenAPI document. */

import type { Json } from '../../_adapters/docs/schemas.ts'
import type { Domain } from '../../_core/domain.ts'
import { IDEMPOTENCY_KEY_CHARS } from '../../_core/limits.ts'
import { attributes, EXAMPLE_SOURCE, TRACEPARENT } from './cloudevent.ts'

/** CloudEvents HTTP binding, section 3.1.3.1: each attribute is a header. */
const HEADER_PREFIX = 'ce-'
export const attributeNames = Object.keys(attributes).map((name) => HEADER_PREFIX + name)

/** No examples here: a form filled in with a key would make the second event a repetition of the first. */
const clientHeaders: Readonly<Record<string, Json>> = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      'Names the request, so that any number of repetitions count once; with other content it is refused (422). Where the content needs a name and has none, it is the key. Item i of a bulk has the key `<key>/<i>`.',
    schema: { type: 'string', minLength: 1, maxLength: IDEMPOTENCY_KEY_CHARS },
  },
  traceparent: {
    name: 'traceparent',
    in: 'header',
    description: 'W3C Trace Context, passed on with the event. A broken one is ignored.',
    schema: TRACEPARENT,
  },
}

export const clientParameters: readonly Json[] = Object.keys(clientHeaders).map((name) => ({
  $ref: `#/components/parameters/${name}`,
}))

export function parameters(all: readonly Domain[]): Json {
  const examples: Readonly<Record<string, string>> = {
    specversion: '1.0',
    id: 'example-1',
    source: EXAMPLE_SOURCE,
  }
  const types = Object.fromEntries(
    all.map(({ name, title, type }) => [name, { summary: title, value: type }]),
  )
  const ofEvent = Object.entries(attributes).map(([name, schema]) => [
    HEADER_PREFIX + name,
    {
      name: HEADER_PREFIX + name,
      in: 'header',
      description: `CloudEvents \`${name}\`; read in binary mode only.`,
      schema: name === 'type' ? { type: 'string', enum: all.map(({ type }) => type) } : schema,
      ...(name === 'type' && { examples: types }),
      ...(examples[name] !== undefined && { example: examples[name] }),
    },
  ])
  return { ...clientHeaders, ...Object.fromEntries(ofEvent) }
}
