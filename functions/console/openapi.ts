/** The OpenAPI 3.1 document of the console, made from the schemas that the routes check by. */

import * as z from 'zod'
import type { Json } from '../_adapters/docs/schemas.ts'
import { VERSION } from '../_adapters/docs/version.embedded.ts'
import { ERRORS } from '../_core/errors.ts'
import { JSON_TYPE, PROBLEM } from '../_core/media-types.ts'
import * as api from './api.ts'

const ABOUT = `What is counted, how the pipeline is, and whether all that was accepted is accounted for. It changes nothing.

- Every figure says how old it is (\`asOfMs\`), and the catalogue how to ask for it elsewhere.
- The same question within a second gets the same answer: Valkey is asked once, however many ask here.
- \`at\` is a time, in milliseconds since the epoch or as RFC 3339: the log and the series as of then.
- Errors are RFC 9457 problem details.`

interface Operation {
  readonly route: keyof typeof api.ROUTES
  readonly summary: string
  readonly query?: z.ZodType
  readonly answer: keyof typeof SCHEMAS
  readonly tag: 'Figures' | 'Events' | 'System'
}

const { Catalogue, Board, Ranking, History, SeriesAnswer, EventPage, Journey, JourneyPage } = api
const { DeadLetterPage, Pipeline, Proof, LiveFrame, SendTargets, SendRequest, SendAnswer } = api
const SCHEMAS = {
  ...{ Catalogue, Board, Ranking, History, SeriesAnswer, EventPage, Journey, JourneyPage },
  ...{
    Lives: api.Lives,
    Life: api.Life,
    DeadLetterPage,
    Pipeline,
    Proof,
    LiveFrame,
    SendTargets,
    SendRequest,
    SendAnswer,
  },
}

const OPERATIONS: readonly Operation[] = [
  { route: 'catalogue', summary: 'What there is to show', answer: 'Catalogue', tag: 'Figures' },
  { route: 'board', summary: 'Every figure of a domain', answer: 'Board', tag: 'Figures' },
  {
    route: 'ranking',
    summary: 'The best or worst of a ranking',
    query: api.rankingQuery,
    answer: 'Ranking',
    tag: 'Figures',
  },
  {
    route: 'history',
    summary: 'The newest prices: a value for each field of `per`',
    answer: 'History',
    tag: 'Figures',
  },
  {
    route: 'series',
    summary: 'Events by time',
    query: api.seriesQuery,
    answer: 'SeriesAnswer',
    tag: 'Figures',
  },
  {
    route: 'events',
    summary: 'The log, newest first',
    query: api.eventsQuery,
    answer: 'EventPage',
    tag: 'Events',
  },
  { route: 'lives', summary: 'Things that move, by where they are', answer: 'Lives', tag: 'Figures' },
  { route: 'life', summary: 'What became of something that moves', answer: 'Life', tag: 'Events' },
  {
    route: 'journey',
    summary: 'The way of one event',
    query: api.journeyQuery,
    answer: 'Journey',
    tag: 'Events',
  },
  {
    route: 'journeys',
    summary: 'The newest events that were followed',
    query: api.journeysQuery,
    answer: 'JourneyPage',
    tag: 'Events',
  },
  {
    route: 'deadLetters',
    summary: 'What could not be counted',
    query: api.deadLettersQuery,
    answer: 'DeadLetterPage',
    tag: 'Events',
  },
  { route: 'pipeline', summary: 'The steps, and what holds them up', answer: 'Pipeline', tag: 'System' },
  { route: 'proof', summary: 'Accepted = counted + waiting + dead', answer: 'Proof', tag: 'System' },
  { route: 'targets', summary: 'Through which endpoints one may send', answer: 'SendTargets', tag: 'System' },
]

export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operation of OPERATIONS) paths[pathOf(operation.route)] = { get: getOf(operation) }
  const send = pathOf('send')
  return {
    openapi: '3.1.1',
    info: { title: 'Caudal console', version: VERSION, description: ABOUT },
    servers: [{ url: '/' }],
    tags: ['Figures', 'Events', 'System'].map((name) => ({ name })),
    paths: { ...paths, [pathOf('live')]: { get: LIVE }, [send]: { ...paths[send], post: SEND } },
    components: {
      schemas: {
        ...Object.fromEntries(Object.entries(SCHEMAS).map(([name, s]) => [name, schemaOf(s)])),
        Problem,
      },
    },
  }
}

/** `{name}`, as OpenAPI writes what is `:name` in a route. */
const pathOf = (route: keyof typeof api.ROUTES): string => api.ROUTES[route].replace(/:(\w+)/g, '{$1}')

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: Json): Json => ({ [JSON_TYPE]: { schema } })

const schemaOf = (schema: z.ZodType): Json => {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: 'output' })
  return made
}

const Problem: Json = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    detail: { type: 'string' },
    errors: { type: 'array', items: { type: 'object' } },
  },
  required: ['type', 'title', 'status', 'code', 'detail'],
}

const problem = (description: string): Json => ({
  description,
  content: { [PROBLEM]: { schema: ref('Problem') } },
})
const PROBLEMS: Json = {
  400: problem('A parameter is wrong.'),
  404: problem('There is no such domain, figure or entity.'),
  503: problem('Valkey cannot be read.'),
}

function getOf({ route, summary, query, answer, tag }: Operation): Json {
  return {
    operationId: `get_${route}`,
    tags: [tag],
    summary,
    parameters: [
      ...pathParameters(api.ROUTES[route]),
      ...(query === undefined ? [] : queryParameters(query)),
    ],
    responses: { 200: { description: 'As of now.', content: json(ref(answer)) }, ...PROBLEMS },
  }
}

const pathParameters = (path: string): Json[] =>
  Array.from(path.matchAll(/:(\w+)/g), ([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' })
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

const LIVE: Json = {
  operationId: 'get_live',
  tags: ['System'],
  summary: 'All of it, each second, as server-sent events',
  description:
    'Goes on after the place in `Last-Event-ID` or `after`; rows that it does not send are counted.',
  parameters: queryParameters(api.liveQuery),
  responses: {
    200: {
      description: 'Each `data:` is a LiveFrame.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    400: problem('The place is none.'),
    429: problem('Too many watch.'),
  },
}

const SEND: Json = {
  operationId: 'post_send',
  tags: ['System'],
  summary: 'Sends one event through one endpoint or several',
  requestBody: { required: true, content: json(ref('SendRequest')) },
  responses: {
    200: { description: 'What each endpoint answered.', content: json(ref('SendAnswer')) },
    404: problem('Sending is not switched on.'),
    415: problem('Not application/json.'),
    422: problem('A field is wrong.'),
  },
}
