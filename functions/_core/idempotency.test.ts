import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idempotencyId, idempotencyKeyOf } from './idempotency.ts'

test.each([
  ['k', 'k'],
  ['"k"', 'k'],
  [' "k" ', 'k'],
  ['"a\\"b\\\\c"', 'a"b\\c'],
  ['"', '"'],
  ['"k', '"k'],
  ['a"b"', 'a"b"'],
  ['"a"b"', '"a"b"'],
  ['k'.repeat(255), 'k'.repeat(255)],
  [`"${'k'.repeat(255)}"`, 'k'.repeat(255)],
])('the header %s is the key %s', (sent, key) => {
  expect(idempotencyKeyOf(sent)).toBe(key)
})

test.each(['', '  ', '""', '" "', 'k'.repeat(256)])('the header %j is no key', (sent) => {
  expect(() => idempotencyKeyOf(sent)).toThrow('Idempotency-Key must have 1 to 255 characters')
})

test.each([
  ['pedido-17', undefined, 'pedido-17'],
  ['lote', 1, 'lote/1'],
  ['a/1', undefined, 'a/1/'],
  ['a/1/', undefined, 'a/1//'],
  ['a/b', undefined, 'a/b'],
  ['a/', 1, 'a//1'],
  ['a//1', undefined, 'a//1/'],
])('key %s, item %s: id %s', (key, item, id) => {
  expect(idempotencyId(key, item)).toBe(id)
})

test('different keys and items are different ids', () => {
  const key = fc
    .array(fc.constantFrom('a', '/', '1', '0'), { minLength: 1, maxLength: 7 })
    .map((parts) => parts.join(''))
  const named = fc.tuple(key, fc.option(fc.nat(12), { nil: undefined }))
  fc.assert(
    fc.property(named, named, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other))
      expect(idempotencyId(...one)).not.toBe(idempotencyId(...other))
    }),
    { numRuns: 2_000 },
  )
})
