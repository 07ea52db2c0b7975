/**
 * Idempotency-Key: a key stands for one request. The same key with the same content is the same event again; with other
 * content it is a mistake of the client, which is told, for one of the two would be dropped.
 *
 * Two places compare contents, by a fingerprint: the publisher remembers the keys that it saw of late and answers at
 * once; the counter keeps the fingerprint with the identity, and finds what came by another publisher or long before.
 * The fingerprint is made of the canonical content, which is the same at every step: nothing travels beside the event.
 */
import type { Domain } from './domain.ts'
import { Failure } from './errors.ts'
import type { Event } from './event.ts'
import { IDEMPOTENCY_KEY_CHARS } from './limits.ts'

const SOURCE = '/idempotency/'

/** Of the events of a domain that clients name by a key; the same at every endpoint. */
export const idempotencySource = ({ topic, part }: Pick<Domain, 'topic' | 'part'>): string =>
  SOURCE + (part === undefined ? topic : `${topic}/${part}`)

export const isIdempotencySource = (source: string): boolean => source.startsWith(SOURCE)

/** A string as the IETF draft writes the header: a quoted Structured Field (RFC 9651, section 3.3.3). */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/

/** The key that a client sent: `"k"` and `k` are the same. @throws Failure `malformed` */
export function idempotencyKeyOf(sent: string): string {
  const key = QUOTED.exec(sent.trim())?.[1]?.replace(/\\(["\\])/g, '$1') ?? sent
  if (key.trim() !== '' && key.length <= IDEMPOTENCY_KEY_CHARS) return key
  throw badKey(`must have 1 to ${IDEMPOTENCY_KEY_CHARS} characters`)
}

export const badKey = (detail: string): Failure =>
  new Failure('malformed', `Idempotency-Key ${detail}`, [{ field: 'idempotency-key', detail }])

/** What ends like the id of an item. */
const LIKE_ITEM = /\/\d+\/*$/

/**
 * The id of the event that a key names: `key`, or `key/3` for item 3 of a bulk. A key that looks like an item's gets a
 * slash more, so the single key `a/1` and item 1 of bulk `a` are two identities.
 */
export function idempotencyId(key: string, item: number | undefined): string {
  if (item !== undefined) return `${key}/${item}`
  return LIKE_ITEM.test(key) ? `${key}/` : key
}

/** The content of an event that a key names; undefined for any other event, which costs nothing here. */
export const keyedContent = ({ source, value }: Pick<Event, 'source' | 'value'>): string | undefined =>
  isIdempotencySource(source) ? JSON.stringify(value) : undefined

export function keyReused(): Failure {
  const detail = 'was used before with other content'
  return new Failure('keyReused', `Idempotency-Key ${detail}`, [{ field: 'idempotency-key', detail }])
}
