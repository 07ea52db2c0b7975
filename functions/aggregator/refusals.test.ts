import fc from 'fast-check'
import { expect, it } from 'vitest'
import { problemOf } from '../_adapters/http/problem.ts'
import { Failure } from '../_core/errors.ts'
import { ERROR_DATA_BYTES } from '../_core/limits.ts'
import type { Outcome } from '../_core/ports.ts'
import { refusalsOf } from './refusals.ts'

const bodyOf = (sent: readonly unknown[], outcomes: readonly Outcome[]): string => {
  const { failure, beside } = refusalsOf(sent, outcomes)
  return problemOf(failure, beside).body
}
const bad = new Failure('invalid', 'precio must be at least 0')

it('says which events can never be counted, and why', () => {
  const sent = [{ source: '/a', id: '1' }, { source: '/a', id: '2' }, 7]
  const body = JSON.parse(bodyOf(sent, [undefined, bad, new Failure('malformed', 'is no object')]))
  expect(body).toMatchObject({
    status: 422,
    detail: '2 of 3 events can never be counted',
    rechazadas: [
      { indice: 1, source: '/a', id: '2', motivo: 'precio must be at least 0' },
      { indice: 2, motivo: 'is no object' },
    ],
  })
})

it.each([
  [['keyReused', 'keyReused'], 'keyReused'],
  [['keyReused', 'invalid'], 'invalid'],
] as const)('the reason of %j is %s', (codes, reason) => {
  const sent = [{ source: '/a', id: '1' }, ...codes.map((id) => ({ source: '/a', id }))]
  const outcomes = [undefined, ...codes.map((code) => new Failure(code, 'no'))]
  expect(refusalsOf(sent, outcomes).failure.code).toBe(reason)
})

it('names what it can of many', () => {
  const sent = Array.from({ length: 512 }, (_, id) => ({ source: '/ingest/0123456789ab', id: String(id) }))
  const { detail, rechazadas } = JSON.parse(
    bodyOf(
      sent,
      sent.map(() => bad),
    ),
  )
  expect(detail).toBe('512 of 512 events can never be counted; the first are listed')
  expect(rechazadas.length).toBeGreaterThan(5)
})

it('fits what is kept beside a dead letter, and names one at least, whatever the events are called', () => {
  const text = fc.string({ unit: 'binary', maxLength: 600 })
  const refused = fc.record({ source: text, id: text, why: text })
  fc.assert(
    fc.property(fc.array(refused, { minLength: 1, maxLength: 512 }), (all) => {
      const body = bodyOf(
        all,
        all.map(({ why }) => new Failure('invalid', why)),
      )
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(ERROR_DATA_BYTES)
      expect(JSON.parse(body).rechazadas.length).toBeGreaterThan(0)
    }),
  )
  const longest = { source: '\u0001'.repeat(600), id: '\u0001'.repeat(600) }
  const body = bodyOf(
    new Array(512).fill(longest),
    new Array(512).fill(new Failure('invalid', '\u0001'.repeat(600))),
  )
  expect(JSON.parse(body).rechazadas.length).toBeGreaterThan(0)
})
