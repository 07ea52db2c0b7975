import { expect, it } from 'vitest'
import { isTimestamp, isTraceparent, NUMBERED_SOURCE, numberedBy } from './event.ts'

it.each([
  ['2026-11-27T12:00:00Z', true],
  ['2026-11-27t12:00:00.123456+05:30', true],
  ['2016-12-31T23:59:60Z', false],
  ['2026-11-27', false],
  ['2026-11-27T12:00:00', false],
  ['2026-13-01T00:00:00Z', false],
  ['2026-11-27T24:00:00Z', false],
  ['mañana', false],
])('%s is a timestamp: %s', (text, valid) => {
  expect(isTimestamp(text)).toBe(valid)
})

it.each([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', true],
  ['ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', false],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', false],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', false],
])('%s is a traceparent: %s', (text, valid) => {
  expect(isTraceparent(text)).toBe(valid)
})

it('numbers events under a source that the counter knows', () => {
  const identities = numberedBy('ingest', '0123456789ab')
  expect([identities.next(), identities.next()]).toEqual([
    { source: '/ingest/0123456789ab', id: '1' },
    { source: '/ingest/0123456789ab', id: '2' },
  ])
  expect(NUMBERED_SOURCE.test('/ingest/0123456789ab')).toBe(true)
})
