import { expect, test } from 'vitest'
import { sales } from '../_core/domains/sales.ts'
import { idempotencySource } from '../_core/idempotency.ts'
import { fingerprintOf } from './fingerprint.ts'

test('only what a key names has a fingerprint, and it is of the content alone', () => {
  const value = { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 }
  const source = idempotencySource(sales)
  expect(fingerprintOf({ source: '/ingest/0123456789ab', value })).toBeUndefined()
  expect(fingerprintOf({ source, value })).toMatch(/^[\w-]{16}$/)
  expect(fingerprintOf({ source, value })).toBe(fingerprintOf({ source, value: { ...value } }))
  expect(fingerprintOf({ source, value })).not.toBe(
    fingerprintOf({ source, value: { ...value, precio: 40 } }),
  )
})
