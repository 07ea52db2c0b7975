import { expect, test } from 'vitest'
import { sales } from '../domains/sales.ts'
import type { Event } from '../event.ts'
import { type Changes, compileEffects } from './compile.ts'

const saleOf = (change: Record<string, string | number>, time = '2026-11-27T12:34:56.789Z'): Event => ({
  id: '7',
  source: '/ingest/0123456789ab',
  time,
  domain: sales,
  value: { categoria: 2, producto_id: 'P1', precio: 1.005, cantidad_vendida: 3, ...change },
})

function changesOf(event: Event, prefix?: string): string[] {
  const { read, add } = compileEffects(sales, prefix)
  const calls: string[] = []
  const changes: Changes = {
    of: (section) => {
      const note = (...args: unknown[]) => void calls.push([section.name, ...args].join(' '))
      return Object.assign(section.gather(), { add: note })
    },
  }
  add(read(event), changes)
  return calls
}

test('what a sale changes', () => {
  expect(changesOf(saleOf({}))).toEqual([
    'strings reportes:total:ropa 1',
    'hashes stats:conteo ropa 1 false',
    'hashes stats:precio:suma ropa 101 true',
    'hashes stats:cantidad:suma ropa 3 false',
    'hashes stats:ingresos:suma ropa 303 true',
    'ranks ranking:global P1 3',
    'ranks ranking:ropa P1 3',
    'extremes ventas:global:precio_max max 101',
    'extremes ventas:global:precio_min min 101',
    'newest history:ropa:P1 20 691200 1795782896789 1.01:/ingest/0123456789ab#7',
    'newest historial:precio:ropa 20 691200 1795782896789 1.01:/ingest/0123456789ab#7',
    'logs ventas:log 10000 categoria,2,producto_id,P1,precio,1.005,cantidad_vendida,3,id,7,source,/ingest/0123456789ab,time,2026-11-27T12:34:56.789Z',
    'hashes series:ventas:segundo:1795780800 1795782896 1 false 7200',
    'hashes series:ventas:minuto:1795737600 1795782840 1 false 691200',
  ])
})

test('a prefix comes before every key', () => {
  for (const call of changesOf(saleOf({}), 'test:')) expect(call).toMatch(/^\w+ test:/)
})

test('buckets of times before 1970 start before them too', () => {
  expect(changesOf(saleOf({}, '1969-12-31T23:59:59.999Z')).at(-1)).toBe(
    'hashes series:ventas:minuto:-86400 -60 1 false 691200',
  )
})

test.each([
  ['cents', { precio: 0 }, 'hashes stats:precio:suma ropa 0 true'],
  ['the dearest', { precio: 1e9 }, 'hashes stats:precio:suma ropa 100000000000 true'],
  [
    'products past 2^53, exactly',
    { precio: 999_999_999.99, cantidad_vendida: 2 ** 31 - 1 },
    `hashes stats:ingresos:suma ropa ${99_999_999_999n * (2n ** 31n - 1n)} true`,
  ],
])('%s', (_what, change, call) => {
  expect(changesOf(saleOf(change))).toContain(call)
})

test.each([
  ['a negative price', saleOf({ precio: -1 })],
  ['a price that is no number', saleOf({ precio: Number.NaN })],
  ['a price past what cents can hold', saleOf({ precio: 1e21 })],
  ['half a unit', saleOf({ cantidad_vendida: 0.5 })],
  ['invalid time', saleOf({}, 'yesterday')],
])('%s cannot be counted', (_what, event) => {
  expect(() => compileEffects(sales).read(event)).toThrow(RangeError)
})
