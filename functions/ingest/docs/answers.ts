/** The answers of the endpoints as reusable parts of the OpenAPI document. */

import type { Json } from '../../_adapters/docs/schemas.ts'
import { ERRORS, type ErrorCode } from '../../_core/errors.ts'
import { LISTED_ITEMS, RETRY_AFTER_S } from '../../_core/limits.ts'
import { PROBLEM } from '../../_core/media-types.ts'

const entry = {
  pointer: {
    type: 'string',
    description: 'JSON pointer to the field, as URI fragment.',
    examples: ['#/field'],
  },
  detail: { type: 'string', description: 'What is wrong with it, for people.' },
}
const code = { type: 'string', enum: Object.keys(ERRORS), description: 'The error, for programs.' }
const rejected = {
  type: 'array',
  description: `One entry for each item that was not stored, for ${LISTED_ITEMS} at most.`,
  items: {
    type: 'object',
    properties: {
      indice: { type: 'integer', minimum: 0, description: 'Its place in the request, from 0.' },
      errores: {
        type: 'array',
        items: { type: 'object', properties: { code, ...entry }, required: ['code', 'pointer', 'detail'] },
      },
    },
    required: ['indice', 'errores'],
  },
}
const omitted = {
  type: 'object',
  description: `There when more than ${LISTED_ITEMS} items were refused: those whose errors are left out.`,
  properties: {
    total: { type: 'integer', minimum: 1, description: 'How many they are.' },
    indices: {
      type: 'array',
      description: 'Their places in the request, as ranges from the first to the last.',
      items: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 2, maxItems: 2 },
    },
  },
  required: ['total', 'indices'],
}
const REJECTED_EXAMPLE = {
  indice: 1,
  errores: [{ code: 'invalid', pointer: '#/field', detail: 'is required' }],
}
const stored = { type: 'integer', minimum: 0, description: 'How many items are stored.' }

export const answerSchemas: Readonly<Record<string, Json>> = {
  Receipt: {
    type: 'object',
    properties: {
      estado: { const: 'OK' },
      id: { type: 'string', description: 'Names the event everywhere: `<source>#<id>`.' },
    },
    required: ['estado', 'id'],
  },
  BulkAnswer: {
    type: 'object',
    properties: { almacenadas: stored, rechazadas: rejected, omitidas: omitted },
    required: ['almacenadas', 'rechazadas'],
    examples: [{ almacenadas: 2, rechazadas: [REJECTED_EXAMPLE] }],
  },
  Problem: {
    type: 'object',
    description: 'RFC 9457 problem details.',
    properties: {
      type: { type: 'string', format: 'uri-reference', const: 'about:blank' },
      title: { type: 'string' },
      status: { type: 'integer', description: 'The HTTP status.' },
      code,
      detail: { type: 'string' },
      errors: {
        type: 'array',
        description: 'One entry for each bad field.',
        items: { type: 'object', properties: entry, required: ['pointer', 'detail'] },
      },
      almacenadas: { ...stored, description: 'Of a bulk in which no item was stored: 0.' },
      rechazadas: rejected,
      omitidas: omitted,
    },
    required: ['type', 'title', 'status', 'code', 'detail'],
  },
  Ready: { type: 'object', properties: { status: { const: 'ready' } }, required: ['status'] },
  NotReady: {
    type: 'object',
    properties: { status: { const: 'not ready' }, reason: { type: 'string' } },
    required: ['status', 'reason'],
  },
  Live: { type: 'object', properties: { status: { const: 'live' } }, required: ['status'] },
}

export const answerHeaders: Readonly<Record<string, Json>> = {
  EventId: {
    description: 'The receipt of the stored event, percent-encoded where it is not visible ASCII.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'When to send the same request again, in seconds.',
    schema: { type: 'integer', examples: [RETRY_AFTER_S] },
  },
}

/** Codes that no route can answer: they mean that there is no such route or method. */
const ROUTING: readonly ErrorCode[] = ['notFound', 'methodNotAllowed']
const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((name) => !ROUTING.includes(name))

const MEANINGS: Readonly<Partial<Record<ErrorCode, string>>> = {
  busy: 'Nothing was stored.',
  unavailable: 'It may be stored: repeat it with its identity.',
  tooLarge: 'A limit on size or number is passed.',
  invalid: 'Parseable, but wrong: every bad field is named.',
}

function exampleOf(code: ErrorCode): Json {
  const { title, http: status } = ERRORS[code]
  const errors = code === 'invalid' ? [{ pointer: '#/field', detail: 'is required' }] : undefined
  const detail = errors ? 'field is required' : title
  return { type: 'about:blank', title, status, code, detail, ...(errors && { errors }) }
}

export const problemAnswers: Readonly<Record<string, Json>> = Object.fromEntries(
  codes.map((name) => {
    const { title, retryable } = ERRORS[name]
    const meaning = MEANINGS[name]
    return [
      name,
      {
        description: meaning === undefined ? `${title}.` : `${title}. ${meaning}`,
        ...(retryable && { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } }),
        content: {
          [PROBLEM]: { schema: { $ref: '#/components/schemas/Problem' }, example: exampleOf(name) },
        },
      },
    ]
  }),
)

/** What any endpoint may answer when it does not store, by status. */
export const problemsByStatus: Readonly<Record<string, Json>> = Object.fromEntries(
  codes.map((name) => [ERRORS[name].http, { $ref: `#/components/responses/${name}` }]),
)
