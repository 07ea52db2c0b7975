import { describe, expect, it } from 'vitest'
import { attributeProblem, isUriReference } from './attributes.ts'
import { EVENT_ID_CHARS, EVENT_SOURCE_CHARS } from './limits.ts'

describe('URI-references', () => {
  // Each as java.net.URI of Java 17 reads it.
  it.each(
    Object.entries({
      '/s': true,
      a: true,
      'a:': false,
      ':foo': false,
      '//': false,
      '///x': true,
      '1a:b': false,
      'urn:': false,
      'urn:x': true,
      'http://': false,
      'http://h': true,
      'file:///x': true,
      'a:#f': false,
      '#f': true,
      './a:b': true,
      'a/b:c': true,
      'a b': false,
      'a^b': false,
      'http://[::1]/': true,
      'http://[x]/': false,
      'a[b]': false,
      '%zz': false,
      '%41': true,
      ñ: true,
      'A+.-1:x': true,
      'x#a#b': false,
      'a|b': false,
    }),
  )('%j: %s', (text, expected) => {
    expect(isUriReference(text)).toBe(expected)
  })
})

it.each([
  ['id', 'x'.repeat(EVENT_ID_CHARS), undefined],
  ['id', 'x'.repeat(EVENT_ID_CHARS + 1), 'must have at most 512 characters'],
  ['id', ' ', 'must be a non-empty string'],
  ['id', '\u00a0', 'must be a non-empty string'],
  ['id', 7, 'must be a non-empty string'],
  ['id', '\ud800', 'must be well-formed Unicode'],
  ['source', 'x'.repeat(EVENT_SOURCE_CHARS), undefined],
  ['source', 'x'.repeat(EVENT_SOURCE_CHARS + 1), 'must have at most 512 characters'],
  ['source', 'a b', 'must be a URI-reference'],
  ['type', undefined, 'must be a non-empty string'],
  ['time', '2026-11-27T12:00:00.123456789Z', undefined],
  ['time', '2026-11-27T12:00:00.1234567891Z', 'must be an RFC 3339 time with at most 9 decimals'],
] as const)('%s %j: %s', (name, value, problem) => {
  expect(attributeProblem(name, value)).toBe(problem)
})
