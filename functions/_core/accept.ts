/** From anything a client may send to the checked, canonical value of a domain. */
import * as z from 'zod'
import type { Domain, Value } from './domain.ts'
import { Failure, type FieldError } from './errors.ts'

/** `required`: a field left out is an error. `absent`: it counts as 0 or "" (protobuf, foreign records). */
export type Missing = 'required' | 'absent'

const schemas = new WeakMap<Domain, z.ZodType<Value>>()

/** The zod object of a domain's canonical fields; OpenAPI and AsyncAPI documents are made from it. */
export function schemaOf(domain: Domain): z.ZodType<Value> {
  let schema = schemas.get(domain)
  if (schema === undefined) {
    schema = z.object(Object.fromEntries(domain.fields.map((field) => [field.name, field.schema])))
    schemas.set(domain, schema)
  }
  return schema
}

/** @throws Failure `invalid`, with one entry for each bad field */
export function accept(domain: Domain, sent: unknown, missing: Missing): Value {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new Failure('invalid', 'must be a JSON object', [{ field: '', detail: 'must be a JSON object' }])
  }
  const given = canonical(domain, sent as Sent, missing)
  const parsed = schemaOf(domain).safeParse(given)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => fieldError(issue, given))
  throw new Failure('invalid', fields.map((error) => `${error.field} ${error.detail}`).join('; '), fields)
}

type Sent = Readonly<Record<string, unknown>>

/** What was sent, under the canonical names; itself when it has them all, for what is beside them is not read. */
function canonical({ fields }: Domain, sent: Sent, missing: Missing): Sent {
  if (fields.every(({ name }) => Object.hasOwn(sent, name) && sent[name] !== undefined)) return sent
  const given: Record<string, unknown> = {}
  for (const field of fields) {
    const value = pick(sent, field.name, field.spellings)
    given[field.name] = value === undefined && missing === 'absent' ? field.absent : value
  }
  return given
}

/** Own properties only, so that nothing is read from a prototype. */
function pick(sent: Sent, name: string, spellings: readonly string[] = []): unknown {
  if (Object.hasOwn(sent, name)) return sent[name]
  for (const spelling of spellings) if (Object.hasOwn(sent, spelling)) return sent[spelling]
  return undefined
}

function fieldError(issue: z.core.$ZodIssue, given: Readonly<Record<string, unknown>>): FieldError {
  const field = String(issue.path[0] ?? '')
  return { field, detail: given[field] === undefined ? 'is required' : issue.message }
}
