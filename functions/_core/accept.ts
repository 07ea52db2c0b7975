/** From anything a client may send to the checked, canonical value of a domain. */
import * as z from 'zod'
import type { Domain, Field, Value } from './domain.ts'
import { Failure, type FieldError } from './errors.ts'
import { badKey, isIdempotencySource } from './idempotency.ts'
import { NUMBERED_SOURCE } from './keys.ts'

/** `required`: a field left out is an error. `absent`: it counts as 0 or "" (protobuf, foreign records). */
export type Missing = 'required' | 'absent'

const schemas = new WeakMap<Domain, z.ZodType<Value>>()

/** The zod object of a domain's canonical fields; OpenAPI and AsyncAPI documents are made from it. */
export function schemaOf(domain: Domain): z.ZodType<Value> {
  let schema = schemas.get(domain)
  if (schema === undefined) {
    schema = withNeeded(
      domain,
      z.object(Object.fromEntries(domain.fields.map((field) => [field.name, field.schema]))),
    )
    schemas.set(domain, schema)
  }
  return schema
}

/** Also refuses a field that is left out, and needed for what another one says. */
function withNeeded({ fields }: Domain, schema: z.ZodType<Value>): z.ZodType<Value> {
  const needed = fields.flatMap(({ name, absent, neededFor }) =>
    neededFor ? [{ name, absent, ...neededFor }] : [],
  )
  if (needed.length === 0) return schema
  return schema.superRefine((value, issues) => {
    for (const { name, absent, field, says } of needed) {
      if (value[name] !== absent || value[field] !== says) continue
      issues.addIssue({ code: 'custom', path: [name], message: `is required where ${field} is ${says}` })
    }
  })
}

/** @throws Failure `invalid`, with one entry for each bad field */
export function accept(domain: Domain, sent: unknown, missing: Missing): Value {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    throw new Failure('invalid', 'must be a JSON object', [{ field: '', detail: 'must be a JSON object' }])
  }
  const given = canonical(domain, sent as Sent, missing)
  const parsed = schemaOf(domain).safeParse(given)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => fieldError(issue, given, domain, sent as Sent))
  throw new Failure('invalid', fields.map((error) => `${error.field} ${error.detail}`).join('; '), fields)
}

type Sent = Readonly<Record<string, unknown>>

/** What was sent, under the canonical names; itself when it has them all, for what is beside them is not read. */
function canonical({ fields }: Domain, sent: Sent, missing: Missing): Sent {
  if (fields.every(({ name }) => Object.hasOwn(sent, name) && sent[name] != null)) return sent
  const given: Record<string, unknown> = {}
  for (const field of fields) {
    const value = pick(sent, field)
    const isAbsent = value === undefined || (field.optional && value === null)
    given[field.name] = isAbsent && (missing === 'absent' || field.optional) ? field.absent : value
  }
  return given
}

/** The name that a field has in what was sent. Own properties only, so that nothing is read from a prototype. */
function nameIn(
  sent: Sent,
  { name, spellings = [], spellingsIfValid = [], schema }: Field,
): string | undefined {
  if (Object.hasOwn(sent, name)) return name
  for (const spelling of spellings) if (Object.hasOwn(sent, spelling)) return spelling
  const valid = (spelling: string): boolean =>
    Object.hasOwn(sent, spelling) && schema.safeParse(sent[spelling]).success
  return spellingsIfValid.find(valid)
}

function pick(sent: Sent, field: Field): unknown {
  const name = nameIn(sent, field)
  return name === undefined ? undefined : sent[name]
}

/** Names the field as its sender does: a JSON pointer leads to it. */
function fieldError(issue: z.core.$ZodIssue, given: Sent, { fields }: Domain, sent: Sent): FieldError {
  const name = String(issue.path[0] ?? '')
  const known = fields.find((one) => one.name === name)
  const field = (known && nameIn(sent, known)) ?? name
  return { field, detail: given[name] === undefined ? 'is required' : issue.message }
}

/**
 * The content with what the event's identity names, where nobody has: `<instance>-<number>` for an identity that this
 * system gave, else the event's id.
 *
 * @throws Failure `invalid` when the identity is no such name, `malformed` when it is an Idempotency-Key
 */
export function named(domain: Domain, value: Value, source: string, id: string): Value {
  const field = domain.fields.find(({ fromIdentity }) => fromIdentity)
  if (field === undefined || value[field.name] !== '') return value
  // Numbers alone are not unique.
  const isNumbered = NUMBERED_SOURCE.test(source)
  const parsed = field.schema.safeParse(
    isNumbered ? `${source.slice(source.lastIndexOf('/') + 1)}-${id}` : id,
  )
  if (parsed.success) return { ...value, [field.name]: parsed.data }
  const rule = parsed.error.issues[0]?.message
  if (isIdempotencySource(source)) throw badKey(`names the ${field.name} here: it ${rule}`)
  const detail = `is the event's id, and ${rule}`
  throw new Failure('invalid', `${field.name} ${detail}`, [{ field: field.name, detail }])
}
