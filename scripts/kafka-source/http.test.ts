import fc from 'fast-check'
import { expect, test } from 'vitest'
import { httpEventOf, percentEncode } from './http.ts'

test('attributes are ce- headers, datacontenttype is Content-Type, and replies are preferred', () => {
  const attributes = new Map([
    ['specversion', '1.0'],
    ['id', 'a b'],
  ])
  const data = Buffer.from('{}')
  expect(httpEventOf({ attributes, contentType: 'application/json', data }, 'blackfriday')).toEqual({
    headers: [
      ...['prefer', 'reply'],
      ...['kn-namespace', 'blackfriday'],
      ...['ce-specversion', '1.0'],
      ...['ce-id', 'a%20b'],
      ...['content-type', 'application/json'],
    ],
    body: data,
  })
})

test('without a content type there is no Content-Type', () => {
  const { headers } = httpEventOf({ attributes: new Map(), contentType: undefined, data: null }, 'ns')
  expect(headers).not.toContain('content-type')
})

test.each([
  // HTTP protocol binding, section 3.1.3.2, and its example.
  ['Euro € 😀', 'Euro%20%E2%82%AC%20%F0%9F%98%80'],
  ['/ingest/a#b?c=d&e', '/ingest/a#b?c=d&e'],
  ['"100%"', '%22100%25%22'],
  ['line\r\nfeed\ttab\x7f', 'line%0D%0Afeed%09tab%7F'],
  ['ñ', '%C3%B1'],
  ["!$&'()*+,-./:;<=>?@[\\]^_`{|}~", "!$&'()*+,-./:;<=>?@[\\]^_`{|}~"],
  ['half a pair \ud83d', 'half%20a%20pair%20%EF%BF%BD'],
  ['', ''],
])('%j is sent as %j', (value, sent) => {
  expect(percentEncode(value)).toBe(sent)
})

const codeUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit))

test('any text comes back, and is printable ASCII on its way', () => {
  fc.assert(
    fc.property(fc.string({ unit: codeUnit }), (value) => {
      const sent = percentEncode(value)
      expect(sent).toMatch(/^[!#$&-~%]*$/)
      expect(decodeURIComponent(sent)).toBe(value.toWellFormed())
    }),
  )
})
