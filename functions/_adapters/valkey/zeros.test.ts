import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { saleOf } from '../../_testing/counter-suite.ts'
import { valkeyCounter } from './counter/counter.ts'
import { readSnapshot } from './snapshot.ts'
import { seedZeros } from './zeros.ts'

const valkey = new Redis(inject('valkeyUrl'))
afterAll(() => valkey.disconnect())

it('figures of categories are 0 before the first sale, and seeding again changes nothing', async () => {
  const prefix = `${randomUUID()}:`
  await seedZeros(valkey, domains, prefix)
  expect(await valkey.get(`${prefix}reportes:total:ropa`)).toBe('0')
  expect(await valkey.get(`${prefix}votos:total`)).toBe('0')
  const zeros = { desconocida: '0', electronica: '0', ropa: '0', hogar: '0', belleza: '0' }
  expect(await valkey.hgetall(`${prefix}stats:conteo`)).toEqual(zeros)
  expect(await valkey.hget(`${prefix}stats:precio:suma`, 'hogar')).toBe('0.00')
  expect(await valkey.hget(`${prefix}stats:precio:suma:centavos`, 'hogar')).toBe('0')
  // 0 would be wrong: the least price of nothing.
  expect(await valkey.exists(`${prefix}ventas:global:precio_min`, `${prefix}ventas:global:precio_max`)).toBe(
    0,
  )
  // To whom compares, nothing was counted.
  expect(await readSnapshot(valkey, domains, { prefix })).toEqual({})

  await valkeyCounter(valkey, { prefix }).apply([saleOf(1)])
  await seedZeros(valkey, domains, prefix)
  expect(await valkey.hgetall(`${prefix}stats:conteo`)).toEqual({ ...zeros, electronica: '1' })
  expect(await valkey.hget(`${prefix}stats:precio:suma`, 'electronica')).toBe('40.50')
  expect(await valkey.get(`${prefix}reportes:total:electronica`)).toBe('1')
})

it('a key of another type is left as it is', async () => {
  const prefix = `${randomUUID()}:`
  await valkey.lpush(`${prefix}stats:conteo`, 'x')
  await seedZeros(valkey, domains, prefix)
  expect(await valkey.type(`${prefix}stats:conteo`)).toBe('list')
  expect(await valkey.get(`${prefix}reportes:total:ropa`)).toBe('0')
})
