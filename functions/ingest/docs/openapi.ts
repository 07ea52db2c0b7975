/** The OpenAPI 3.1 document of every endpoint of ingest, made from the registry. */

import { examplesFor, type Json, sentSchema, wordOf } from '../../_adapters/docs/schemas.ts'
import { VERSION } from '../../_adapters/docs/version.embedded.ts'
import type { Domain, Route } from '../../_core/domain.ts'
import { BULK_BODY_BYTES, BULK_ITEMS, SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { CLOUDEVENT, CLOUDEVENTS_BATCH, JSON_TYPE, NDJSON } from '../../_core/media-types.ts'
import type { Registry } from '../../_core/registry.ts'
import { answerHeaders, answerSchemas, problemAnswers, problemsByStatus } from './answers.ts'
import { cloudEventExample, cloudEventSchema } from './cloudevent.ts'
import { attributeNames, clientParameters, parameters } from './parameters.ts'

const METRICS_TYPE = 'text/plain'

const ABOUT = `Every endpoint of ingest. A 200 means that the event is stored in Kafka, and it will be counted once.

- One event has at most ${SINGLE_BODY_BYTES} bytes; a bulk at most ${BULK_ITEMS} items and ${BULK_BODY_BYTES} bytes.
- Errors are RFC 9457 problem details. An unknown route is answered 404, another method 405 with \`Allow\`.
- After 429 or 503 send the same again, with an \`Idempotency-Key\` to be sure that it counts once.
- Topics and records are described in [asyncapi.json](asyncapi.json).`

export function openApiDocument({ all }: Registry): Json {
  const routes = all.flatMap((domain) =>
    domain.routes.map((route) => [route.path, endpointOf(domain, route)]),
  )
  return {
    openapi: '3.1.1',
    info: { title: 'Caudal ingest', version: VERSION, description: ABOUT },
    servers: [{ url: '/' }],
    tags: [...all.map(({ title }) => ({ name: title })), { name: 'CloudEvents' }, { name: 'Operation' }],
    paths: { ...Object.fromEntries(routes), '/': sinkEndpoint(all), ...operationRoutes },
    components: {
      schemas: {
        ...Object.fromEntries(all.map((domain) => [wordOf(domain), sentSchema(domain)])),
        ...Object.fromEntries(
          all.map((domain) => [`${wordOf(domain)}Event`, cloudEventSchema(domain, ref(wordOf(domain)))]),
        ),
        ...answerSchemas,
      },
      parameters: parameters(all),
      headers: answerHeaders,
      responses: problemAnswers,
    },
  }
}

const ref = (schema: string): Json => ({ $ref: `#/components/schemas/${schema}` })
const anyOf = (schemas: readonly Json[]): Json =>
  schemas.length === 1 ? { ...schemas[0] } : { anyOf: schemas }
const json = (schema: Json): Json => ({ [JSON_TYPE]: { schema } })

function endpointOf(domain: Domain, { path, answer, keyAs, bulk }: Route): Json {
  const one = ref(wordOf(domain))
  const many = { type: 'array', items: one, maxItems: BULK_ITEMS }
  const receipt = answer === undefined ? receiptOf(keyAs) : { type: 'string', const: answer }
  const title = domain.title.toLowerCase()
  return {
    post: {
      operationId: `post${path.replace(/[{}]/g, '').replaceAll('/', '_')}`,
      tags: [domain.title],
      summary: bulk ? `Store one ${title} or many` : `Store one ${title}`,
      parameters: [...pathParameters(domain, path), ...clientParameters],
      requestBody: {
        required: true,
        content: {
          [JSON_TYPE]: {
            schema: anyOf(bulk ? [one, many] : [one]),
            examples: { ...oneEach(domain), ...(bulk && manyOf(domain)) },
          },
          ...(bulk && { [NDJSON]: ndjson(domain) }),
        },
      },
      responses: {
        200: {
          description: bulk ? 'Stored; of many, those that are not listed.' : 'Stored.',
          headers: { 'event-id': { $ref: '#/components/headers/EventId' } },
          content: json(anyOf(bulk ? [receipt, ref('BulkAnswer')] : [receipt])),
        },
        ...problemsByStatus,
      },
    },
  }
}

const receiptOf = (keyAs: string | undefined): Json =>
  keyAs === undefined
    ? ref('Receipt')
    : { allOf: [ref('Receipt')], properties: { [keyAs]: { type: 'string' } }, required: [keyAs] }

/** The fields that the path has. */
const pathParameters = (domain: Domain, path: string): Json[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: `\`${name}\`; content that says another is refused.`,
    schema: { type: 'string' },
    example: domain.examples[0]?.stored[name],
  }))

const oneEach = (domain: Domain): Json =>
  Object.fromEntries(
    examplesFor(domain, 'http').map(({ sent }, index) => [
      `example${index + 1}`,
      { summary: `${domain.title}, example ${index + 1}`, value: sent },
    ]),
  )

const manySent = (domain: Domain) => examplesFor(domain, 'bulk').map(({ sent }) => sent)
const manyOf = (domain: Domain): Json => ({ many: { summary: 'Many', value: manySent(domain) } })

const ndjson = (domain: Domain): Json => ({
  schema: { type: 'string', description: `One ${domain.title.toLowerCase()} as JSON on each line.` },
  examples: {
    many: {
      summary: 'Many',
      value: `${manySent(domain)
        .map((sent) => JSON.stringify(sent))
        .join('\n')}\n`,
    },
  },
})

function sinkEndpoint(all: readonly Domain[]): Json {
  const events = all.map((domain) => ref(`${wordOf(domain)}Event`))
  const first = (domain: Domain): Json => examplesFor(domain, 'cloudevent')[0]?.sent ?? {}
  const ofEach = (value: (domain: Domain) => unknown): Json =>
    Object.fromEntries(all.map((domain) => [domain.name, { summary: domain.title, value: value(domain) }]))
  const batch = all.map((domain) => cloudEventExample(domain, `in-batch-${domain.name}`))
  return {
    options: webhookHandshake,
    post: {
      operationId: 'post_event',
      tags: ['CloudEvents'],
      summary: 'Take CloudEvents 1.0: binary (attributes as headers), structured, or a batch',
      description:
        'An event keeps the identity it comes with, (source, id): the same one again is answered 200 and counts once.',
      parameters: attributeNames.map((name) => ({ $ref: `#/components/parameters/${name}` })),
      requestBody: {
        required: true,
        content: {
          [CLOUDEVENT]: {
            schema: anyOf(events),
            examples: ofEach((domain) => cloudEventExample(domain, 'example-1')),
          },
          [CLOUDEVENTS_BATCH]: {
            schema: { type: 'array', items: anyOf(events), maxItems: BULK_ITEMS },
            examples: { batch: { summary: 'One of each', value: batch } },
          },
          [JSON_TYPE]: { schema: anyOf(all.map((domain) => ref(wordOf(domain)))), examples: ofEach(first) },
        },
      },
      responses: {
        200: {
          description: 'Stored; of a batch, those that are not listed.',
          headers: { 'event-id': { $ref: '#/components/headers/EventId' } },
          content: json(anyOf([ref('Receipt'), ref('BulkAnswer')])),
        },
        ...problemsByStatus,
      },
    },
  }
}

/** HTTP 1.1 Web Hooks for Event Delivery, section 4. */
const webhookHandshake: Json = {
  operationId: 'options_event',
  tags: ['CloudEvents'],
  summary: 'Ask whether a sender of web hooks may deliver',
  parameters: ['WebHook-Request-Origin', 'WebHook-Request-Rate'].map((name) => ({
    name,
    in: 'header',
    schema: { type: 'string' },
  })),
  responses: {
    200: {
      description: 'It may.',
      headers: Object.fromEntries(
        ['WebHook-Allowed-Origin', 'WebHook-Allowed-Rate', 'Allow'].map((name) => [
          name,
          { schema: { type: 'string' } },
        ]),
      ),
    },
    204: { description: 'What `/` takes; nothing is permitted by it.' },
  },
}

const operation = (operationId: string, summary: string, responses: Json): Json => ({
  get: { operationId, tags: ['Operation'], summary, responses },
})

const operationRoutes: Json = {
  '/health': operation('get_health', 'Whether events can be stored now, asked of the steps behind too', {
    200: { description: 'Ready.', content: json(ref('Ready')) },
    503: { description: 'Not ready: the reason says why.', content: json(ref('NotReady')) },
  }),
  '/ready': operation('get_ready', 'Whether the process may be sent requests, for probes', {
    200: { description: 'Ready.', content: json(ref('Ready')) },
    503: { description: 'Not ready: the reason says why.', content: json(ref('NotReady')) },
  }),
  '/live': operation('get_live', 'Whether the process runs', {
    200: { description: 'Live.', content: json(ref('Live')) },
  }),
  '/metrics': operation('get_metrics', 'Metrics for Prometheus', {
    200: { description: 'Text format 0.0.4.', content: { [METRICS_TYPE]: { schema: { type: 'string' } } } },
  }),
}
