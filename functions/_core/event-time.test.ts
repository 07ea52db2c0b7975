import { describe, expect, test } from 'vitest'
import { Failure } from './errors.ts'
import { endpointTimes, logTimes } from './event-time.ts'

const NOW = Date.UTC(2026, 10, 27, 12)
const DAYS = 30
const DAY = 86_400_000
const ahead = (ms: number) => new Date(NOW + ms).toISOString()
const now = ahead(0)

describe('at an endpoint', () => {
  const timeOf = endpointTimes(() => NOW, DAYS)

  test.each([
    ['none', undefined, now],
    ['now', now, now],
    ['with an offset', '2026-11-27T17:30:00+05:30', '2026-11-27T17:30:00+05:30'],
    ['5 minutes ahead', ahead(300_000), ahead(300_000)],
    ['30 days ago', ahead(-DAYS * DAY), ahead(-DAYS * DAY)],
  ])('%s', (_, said, time) => expect(timeOf(said)).toBe(time))

  test.each([
    ['a moment more ahead', ahead(300_001)],
    ['in the year 9999', '9999-12-31T23:59:59Z'],
    ['a moment longer ago', ahead(-DAYS * DAY - 1)],
    ['in the year 0', '0000-01-01T00:00:00Z'],
  ])('%s is refused', (_, said) => {
    const detail = 'must be at most 30 days ago and 5 minutes ahead'
    const refused = new Failure('invalid', `contexto.time ${detail}`, [{ field: 'contexto.time', detail }])
    expect(() => timeOf(said, 'contexto.time')).toThrow(refused)
  })
})

test.each([
  ['none', undefined, now],
  ['5 minutes ahead', ahead(300_000), ahead(300_000)],
  ['more', ahead(300_001), now],
  ['in the year 9999', '9999-12-31T23:59:59Z', now],
  ['long ago', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
])('in the log, %s', (_, said, time) => expect(logTimes(() => NOW)(said)).toBe(time))
