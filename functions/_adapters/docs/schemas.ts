/** JSON Schema (2020-12) of what a domain takes and of what it stores, from the zod schemas that check it. */
import * as z from 'zod'
import { schemaOf } from '../../_core/accept.ts'
import type { Domain, Endpoint, Field } from '../../_core/domain.ts'

export type Json = Readonly<Record<string, unknown>>

/** A domain's name in documents: its title as one word. */
export const wordOf = (domain: Domain): string =>
  domain.title.replace(/[^\p{L}\p{N}]+(.)?/gu, (_, next: string | undefined) => next?.toUpperCase() ?? '')

/** What clients may send: every spelling of every field. */
export function sentSchema(domain: Domain): Json {
  const { properties, required } = objectSchema(domain, 'input')
  for (const { name, spellings = [] } of domain.fields) {
    for (const spelling of spellings) {
      properties[spelling] = { ...properties[name], description: `Another spelling of ${name}.` }
    }
  }
  const spelled = domain.fields.filter(({ spellings = [], optional }) => spellings.length > 0 && !optional)
  const names = new Set(spelled.map(({ name }) => name))
  const oneOfEach = spelled.map(({ name, spellings = [] }) => ({
    anyOf: [name, ...spellings].map((spelling) => ({ required: [spelling] })),
  }))
  return {
    type: 'object',
    title: domain.title,
    properties,
    required: required.filter((name) => !names.has(name)),
    ...(oneOfEach.length > 0 && { allOf: oneOfEach }),
  }
}

/** What the log holds. New fields may come beside these, so others are not forbidden. */
export function storedSchema(domain: Domain): Json {
  return { type: 'object', title: `Stored ${domain.title}`, ...objectSchema(domain, 'output') }
}

/** The domain's examples that this endpoint takes. */
export const examplesFor = (domain: Domain, endpoint: Endpoint) =>
  domain.examples.filter(({ endpoints }) => endpoints === undefined || endpoints.includes(endpoint))

function objectSchema(domain: Domain, io: 'input' | 'output') {
  const { properties = {}, required = [] } = z.toJSONSchema(schemaOf(domain), { io, override: dropNoise })
  const described = domain.fields.map((field) => {
    const property = { ...(properties[field.name] as Json), description: description(field, io) }
    return [field.name, io === 'input' && field.optional ? orNull(property) : property]
  })
  const optional = new Set(domain.fields.filter((field) => field.optional).map(({ name }) => name))
  return {
    properties: Object.fromEntries(described) as Record<string, Json>,
    required: io === 'input' ? required.filter((name) => !optional.has(name)) : required,
  }
}

const orNull = ({ description, ...schema }: Json): Json => ({
  anyOf: [schema, { type: 'null' }],
  description,
})

/** zod bounds every integer by what a double holds exactly: true, but nothing a reader asks for. */
function dropNoise({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

/** The rule in the words of the errors, the names of an enum's numbers, the other spellings. */
function description({ schema, labels, spellings = [] }: Field, io: 'input' | 'output'): string {
  const rule = io === 'input' ? schema.safeParse(undefined).error?.issues[0]?.message : undefined
  const sentences = [
    rule === undefined ? '' : `It ${rule}.`,
    labels === undefined ? '' : `${labels.map((label, number) => `${number} = ${label}`).join(', ')}.`,
    io === 'output' || spellings.length === 0 ? '' : `Other spellings: ${spellings.join(', ')}.`,
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}
