/**
 * CloudEvents context attributes as every endpoint must have them. They are a bit stricter than the specification: a
 * KafkaSource takes a record whose attributes Java cannot read for no event, and the event would lose its identity.
 */
import { EVENT_ID_CHARS, EVENT_SOURCE_CHARS } from './limits.ts'
import { memoizeLast } from './memoize.ts'
import { isTimestamp } from './time.ts'

/** No space, control, quote or bracket, and `%` only before two hex digits. */
const URI_CHARACTERS =
  /^(?:[^\p{Cc}\s"<>\\^`{|}[\]%#]|%[0-9a-fA-F]{2})*(?:#(?:[^\p{Cc}\s"<>\\^`{|}[\]%#]|%[0-9a-fA-F]{2})*)?$/u
const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const IP_LITERAL = /^((?:[a-z][a-z0-9+.-]*:)?\/\/(?:[^@/?#]*@)?)\[[0-9a-f:.]+\]/i

/**
 * A URI-reference (RFC 3986) as `java.net.URI` reads it: something after the scheme, an authority after `//`. Events that
 * follow each other mostly have their source in common.
 */
export const isUriReference: (text: string) => boolean = memoizeLast((text) => {
  if (!URI_CHARACTERS.test(text.replace(IP_LITERAL, '$1host'))) return false
  const rest = text.replace(SCHEME, '')
  if (rest === text) return text !== '//' && !/^[^/?#]*:/.test(text)
  return rest !== '//' && !/^(?:#|$)/.test(rest)
})

export type AttributeName = 'id' | 'source' | 'type' | 'time'

/** What is wrong with the value of an attribute, in words for a client; undefined when nothing is. */
export function attributeProblem(name: AttributeName, value: unknown): string | undefined {
  if (name === 'time') {
    const valid = typeof value === 'string' && isTimestamp(value)
    return valid ? undefined : 'must be an RFC 3339 time with at most 9 decimals'
  }
  if (typeof value !== 'string' || value.trim() === '') return 'must be a non-empty string'
  // CloudEvents 1.0, section 2.3: a String has no unpaired surrogates.
  if (!value.isWellFormed()) return 'must be well-formed Unicode'
  const maximum = name === 'source' ? EVENT_SOURCE_CHARS : EVENT_ID_CHARS
  if (value.length > maximum) return `must have at most ${maximum} characters`
  return name === 'source' && !isUriReference(value) ? 'must be a URI-reference' : undefined
}
