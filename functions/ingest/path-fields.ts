/** Fields of an event that its route has in the path. */
import type { Context } from 'hono'
import type { Domain, Route } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'

const FIELD = /\{(\w+)\}/g

/** The path as hono writes one. */
export const patternOf = ({ path }: Route): string => path.replace(FIELD, ':$1')

/**
 * What was sent, with the fields of the path; what is no object stays for its own error.
 *
 * @throws Failure `malformed`: hono leaves a path as it is that is not percent-encoded, and `%zz` would be a name;
 *   `invalid` for content that says another value, under whatever spelling
 */
export function withPathFields(c: Context, { fields }: Domain, { path }: Route, sent: unknown): unknown {
  const names = Array.from(path.matchAll(FIELD), ([, name = '']) => name)
  if (names.length === 0 || typeof sent !== 'object' || sent === null || Array.isArray(sent)) return sent
  requireEncoded(new URL(c.req.url).pathname)
  const said = Object.fromEntries(names.map((name) => [name, c.req.param(name)]))
  for (const { name, spellings = [] } of fields) {
    for (const spelling of name in said ? [name, ...spellings] : []) requireSame(sent, spelling, said[name])
  }
  return { ...sent, ...said }
}

function requireSame(sent: object, field: string, said: string | undefined): void {
  const other: unknown = Object.hasOwn(sent, field) ? sent[field as keyof typeof sent] : said
  if (other === said || other === null) return
  const detail = 'must be what the path says'
  throw new Failure('invalid', `${field} ${detail}`, [{ field, detail }])
}

function requireEncoded(path: string): void {
  try {
    decodeURIComponent(path)
  } catch {
    throw new Failure('malformed', 'the path is not percent-encoded UTF-8 (RFC 3986, section 2.1)')
  }
}
