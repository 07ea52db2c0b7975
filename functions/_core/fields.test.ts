import { describe, expect, it } from 'vitest'
import { address, amount, enumeration, integer, integerOrText, pathPart, text } from './fields.ts'

const RED = enumeration(['Rojo', 'Índigo'])

describe('fields', () => {
  it.each([
    [0, 0],
    [2, 2],
    ['1', 1],
    [' 2 ', 2],
    ['rojo', 1],
    ['ÍNDIGO', 2],
    ['indigo', 2],
    ['verde', 0],
    ['', 0],
    ['Infinito', 0],
    ['3D', 0],
  ])('an enumeration takes %j as %i', (sent, stored) => {
    expect(RED.parse(sent)).toBe(stored)
  })

  it.each([
    3,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '3',
    '-1',
    '1.5',
    '1e400',
    [1],
    {},
    true,
    null,
    undefined,
  ])('an enumeration refuses %j', (sent) => {
    expect(RED.safeParse(sent).error?.issues[0]?.message).toBe('must be a number from 0 to 2 or a name')
  })

  it.each(['P1', ' a ', 'ñ', '🎸'.repeat(128), 'x'.repeat(128), '__proto__'])(
    'text keeps %j as sent',
    (sent) => {
      expect(text.parse(sent)).toBe(sent)
    },
  )

  it.each([
    '',
    '  ',
    '\u00a0',
    'a\nb',
    '\u0000',
    '\u0085',
    '\ud800',
    'x'.repeat(129),
    '🎸'.repeat(129),
    7,
    null,
  ])('text refuses %j', (sent) => {
    expect(text.safeParse(sent).success).toBe(false)
  })

  it.each([
    [0, true],
    [1e-9, true],
    [1e9, true],
    [1e9 + 0.01, false],
    [-1e-9, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
    ['1', false],
  ])('an amount up to 1e9: %j is %s', (sent, valid) => {
    expect(amount(1e9).safeParse(sent).success).toBe(valid)
  })

  it.each([
    [1, true],
    [2147483647, true],
    [0, false],
    [2147483648, false],
    [1.5, false],
    ['1', false],
    [true, false],
  ])('an integer from 1 to 2^31-1: %j is %s', (sent, valid) => {
    expect(integer(1, 2 ** 31 - 1).safeParse(sent).success).toBe(valid)
  })

  it.each([
    [1990, 1990],
    ['1990', 1990],
    [' 1990 ', 1990],
    ['1e3', undefined],
    ['1990.5', undefined],
    ['-1990', undefined],
    ['', undefined],
    [false, undefined],
  ])('an integer that may be text: %j is %s', (sent, stored) => {
    expect(integerOrText(1900, 2100).safeParse(sent).data).toBe(stored)
  })

  it.each([
    ['ana@example.com', true],
    ['ñ@ñandú.cl', true],
    ['ana@localhost', true],
    [`${'x'.repeat(12)}@example.com`, false],
    // 23 characters in 24 bytes.
    [`${'x'.repeat(10)}ñ@example.com`, false],
    ['ana@example..com', false],
    ['ana@example.com.', false],
    ['ana@.com', false],
    ['ana@a@b.c', false],
    ['Ana <a@b.c>', false],
    ['a@b.c,d@e.f', false],
  ])('an address of at most 23 bytes: %j is %s', (sent, valid) => {
    expect(address(23).safeParse(sent).success).toBe(valid)
  })

  it.each([
    ['a/b', true],
    ['...', true],
    ['%2F', true],
    ['.', false],
    ['..', false],
    [' ', false],
  ])('a part of a path: %j is %s', (sent, valid) => {
    expect(pathPart.safeParse(sent).success).toBe(valid)
  })
})
