import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type HttpEvent, httpEventOf, receivedHeaders } from './http.ts'

const requestFor = (id: string): HttpEvent =>
  httpEventOf({ attributes: new Map([['id', id]]), contentType: undefined, data: null }, 'blackfriday')
const receivedId = (id: string) => receivedHeaders(requestFor(id)).get('ce-id')

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
      ...['ce-id', 'a b'],
      ...['content-type', 'application/json'],
    ],
    body: data,
    unwritable: undefined,
  })
})

test('without a content type there is no Content-Type', () => {
  const { headers } = requestFor('1')
  expect(headers).not.toContain('content-type')
})

test('any text becomes bytes, one for each UTF-16 unit, or cannot be sent', () => {
  const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
  fc.assert(
    fc.property(fc.string({ unit, size: 'medium' }), (id) => {
      const { headers, unwritable } = requestFor(id)
      const value = headers.at(-1) ?? ''
      expect(value).toHaveLength(id.length)
      for (let at = 0; at < id.length; at++) {
        expect(value[at]).toBe(id.charCodeAt(at) > 0xff ? '?' : id[at])
      }
      const isControl = ({ code = 0 }: { code?: number }) => (code < 0x20 && code !== 9) || code === 0x7f
      const has = [...value].some((character) => isControl({ code: character.charCodeAt(0) }))
      expect(unwritable !== undefined).toBe(has)
    }),
  )
})

test('a receiver does not see spaces around a value', () => {
  expect([' a b\t', '\u00a0a', ''].map(receivedId)).toEqual(['a b', '\u00a0a', ''])
})
