import { expect, it } from 'vitest'
import { isTraceparent, numberedBy } from './event.ts'
import { NUMBERED_SOURCE } from './keys.ts'

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
