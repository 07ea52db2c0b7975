import { describe, expect, it } from 'vitest'
import { isTimestamp, msOf, timestampOf } from './time.ts'

describe('times', () => {
  it.each([
    ['2026-11-27T12:00:00Z', true],
    ['2026-11-27t12:00:00.123456+05:30', true],
    ['2016-12-31T23:59:60Z', false],
    ['2026-02-28T12:00:00Z', true],
    ['2026-02-29T12:00:00Z', false],
    ['2028-02-29T12:00:00Z', true],
    ['2026-11-27T12:00:00.123456789Z', true],
    ['2026-11-27T12:00:00.1234567891Z', false],
    ['2026-11-27T12:00:00+18:00', true],
    ['2026-11-27T12:00:00+18:01', false],
    ['2026-11-27', false],
    ['2026-11-27T12:00:00', false],
    ['2026-11-27 12:00:00Z', false],
    ['2026-13-01T00:00:00Z', false],
    ['2026-11-27T24:00:00Z', false],
    ['mañana', false],
    ['', false],
  ])('%j is a timestamp: %s', (text, valid) => {
    expect([isTimestamp(text), isTimestamp(text)]).toEqual([valid, valid])
  })

  it('answers what was asked now, not what was asked before', () => {
    const asked = [0, 1, 1, 0, Date.UTC(2026, 10, 27, 5, 0, 0, 7)]
    const texts = asked.map(timestampOf)
    expect(texts.map(msOf)).toEqual(asked)
    expect(texts.at(-1)).toBe('2026-11-27T05:00:00.007Z')
    expect([msOf('tomorrow'), msOf('1970-01-01T00:00:00Z')]).toEqual([Number.NaN, 0])
  })
})
