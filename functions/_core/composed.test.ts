import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compose, decompose } from './composed.ts'

test.each([
  [['Los Prisioneros', 'Corazones'], '/', 'Los Prisioneros/Corazones'],
  [['AC/DC', 'X'], '/', 'AC%2FDC/X'],
  [['AC', 'DC/X'], '/', 'AC/DC/X'],
  [['AC%2FDC', 'X'], '/', 'AC%252FDC/X'],
  [['100%', '50%'], '/', '100%25/50%'],
  [['a:b', 'c:d'], ':', 'a%3Ab:c:d'],
  [['one/%:'], '/', 'one/%:'],
] as const)('%j by %s is %s', (texts, separator, composed) => {
  expect(compose(texts, separator)).toBe(composed)
  expect(decompose(composed, separator, texts.length)).toEqual(texts)
})

test('whatever the texts, they come back: no others make the same', () => {
  const text = fc.string({ unit: fc.constantFrom('/', ':', '%', '2', '5', 'F', '3', 'A', 'é') })
  const texts = fc.array(text, { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(texts, fc.constantFrom('/' as const, ':' as const), (parts, separator) => {
      expect(decompose(compose(parts, separator), separator, parts.length)).toEqual(parts)
    }),
  )
})

test('a member of older data is shown as it is', () => {
  expect(decompose('alone', '/', 2)).toEqual(['alone', ''])
})
