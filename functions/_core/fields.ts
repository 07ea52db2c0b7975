/** What a field of a domain is, and building blocks for its schema: each says its rule in the words a client reads. */
import * as z from 'zod'
import { TEXT_FIELD_CHARS } from './limits.ts'

/** The canonical content of an event: flat, ready for the log. */
export type Value = Readonly<Record<string, string | number>>

export interface Field {
  readonly name: string
  /** Other names real clients use; the canonical name wins when both are there. */
  readonly spellings?: readonly string[]
  /** Further names in headers of CSV files; several are columns whose values are put together, with a space between. */
  readonly columns?: readonly (readonly string[])[]
  /** Names that some clients use for something else: read only when what they hold is valid. */
  readonly spellingsIfValid?: readonly string[]
  /** May be left out, or null: it is then `absent`. */
  readonly optional?: true
  /** May not be left out where another field says this. */
  readonly neededFor?: { readonly field: string; readonly says: string }
  /** When it is empty, the event's identity names it: clients need not call what they send by a name. */
  readonly fromIdentity?: true
  /** Checks and normalises; its messages are read by clients, after the field's name. */
  readonly schema: z.ZodType<string | number>
  /** What a field left out of a protobuf message or a foreign record counts as; it is checked like any value. */
  readonly absent: 0 | ''
  /** For an enum: the name of each number in keys and reports. */
  readonly labels?: readonly string[]
}

const CONTROL = /\p{Cc}/u

function textOf(maximum: number) {
  const error = `must be a non-blank string of at most ${maximum} characters without control characters`
  return z
    .string({ error })
    .refine((value) => isText(value, maximum), { error })
    .meta({ minLength: 1, maxLength: maximum })
}

/** Text that can be a key: case-sensitive, kept as sent. */
export const text = textOf(TEXT_FIELD_CHARS)

/** Text that can be a part of a path: with `.` or `..` there, a URL is another one (RFC 3986, section 5.2.4). */
export const pathPart = text
  .refine((value) => value !== '.' && value !== '..', {
    error: 'must not be . or .., which no path can have',
  })
  .meta({ minLength: 1, maxLength: TEXT_FIELD_CHARS })

function isText(value: string, maximum: number): boolean {
  if (value.trim() === '' || CONTROL.test(value) || !value.isWellFormed()) return false
  // Characters are code points; only a string longer than the bound in UTF-16 units has to be counted.
  return value.length <= maximum || [...value].length <= maximum
}

/** Text that may come in several lines; they are joined by spaces. */
export function line(maximum: number) {
  const checked = textOf(maximum)
  const error = ruleOf(checked)
  return z
    .string({ error })
    .transform((sent) => sent.replace(/\s+/g, (run) => (/[\r\n\t]/.test(run) ? ' ' : run)).trim())
    .pipe(checked)
}

/**
 * No space, control character, or what has a meaning around addresses in a header (RFC 5322, section 3.2.3); after the `@` no part
 * between dots is empty.
 */
const ADDRESS = /^[^\s\p{C}@<>()[\]\\,;:"]+@[^\s\p{C}@<>()[\]\\,;:".]+(\.[^\s\p{C}@<>()[\]\\,;:".]+)*$/u

/** An address that mail can be sent to. @param maximum bytes in UTF-8 */
export function address(maximum: number) {
  const error = `must be a mail address of at most ${maximum} characters`
  return z
    .string({ error })
    .regex(ADDRESS, { error })
    .max(maximum, { error })
    .refine((sent) => Buffer.byteLength(sent) <= maximum, { error })
}

/** Empty, or as `schema` says. */
export function optional(schema: z.ZodType<string>) {
  const error = `${ruleOf(schema)}, or empty`
  return z.union([z.literal(''), schema], { error })
}

const ruleOf = (schema: z.ZodType): string => schema.safeParse(undefined).error?.issues[0]?.message ?? ''

/**
 * One of these names, in any case, with or without accents.
 *
 * @param spellings other names, and which they stand for
 */
export function oneOf(names: readonly string[], spellings: Readonly<Record<string, string>> = {}) {
  const error = `must be one of ${names.join(', ')}`
  const known = new Map([...names.map((name) => [name, name] as const), ...Object.entries(spellings)])
  const byPlainName = new Map(Array.from(known, ([name, meant]) => [plain(name), meant]))
  return z
    .string({ error })
    .transform((sent) => byPlainName.get(plain(sent)) ?? sent)
    .pipe(z.enum([...names], { error }))
}

export function integer(minimum: number, maximum: number) {
  const error = `must be an integer from ${minimum} to ${maximum}`
  return z.int({ error }).min(minimum, { error }).max(maximum, { error })
}

/** An integer that clients may also send as a string of digits. */
export function integerOrText(minimum: number, maximum: number) {
  const error = `must be an integer from ${minimum} to ${maximum}`
  const digits = z
    .string({ error })
    .regex(/^\s*\d{1,15}\s*$/, { error })
    .transform(Number)
  const sent = z.union([z.number({ error }), digits], { error })
  return sent.pipe(integer(minimum, maximum))
}

/** A finite number that is not negative. */
export function amount(maximum: number) {
  const error = `must be a number from 0 to ${maximum}`
  return z.number({ error }).min(0, { error }).max(maximum, { error })
}

/** The same, which clients may also send as a string in decimal notation. */
export function amountOrText(maximum: number) {
  const error = `must be a number from 0 to ${maximum}`
  const decimal = z
    .string({ error })
    .regex(/^\s*\d{1,15}(?:\.\d{1,15})?\s*$/, { error })
    .transform(Number)
  return z.union([z.number({ error }), decimal], { error }).pipe(amount(maximum))
}

/**
 * An enum that clients send as its number, the same as a string, or a name in any case, with or without accents. An
 * unknown name counts as 0; an unknown number is an error.
 *
 * @param names the name of each number from 1 on
 */
export function enumeration(names: readonly string[]) {
  const error = `must be a number from 0 to ${names.length} or a name`
  const numberOfName = new Map(names.map((name, index) => [plain(name), index + 1]))
  return z
    .union([z.int({ error }), z.string({ error })], { error })
    .transform((sent) =>
      typeof sent === 'number' || isNumeric(sent) ? Number(sent) : (numberOfName.get(plain(sent)) ?? 0),
    )
    .pipe(z.int({ error }).min(0, { error }).max(names.length, { error }))
}

/** A number in decimal notation, as JSON and people write it. */
const isNumeric = (sent: string): boolean => /^\s*[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?\s*$/i.test(sent)

/**
 * Lower case without accents (NFD splits them off as combining marks). What is longer than any name stays as it is: many
 * marks are put in order in the square of their number.
 */
function plain(name: string): string {
  const bare = name.trim()
  return bare.length > TEXT_FIELD_CHARS ? bare : bare.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
