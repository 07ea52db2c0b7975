import { expect, test } from 'vitest'
import { domains } from '../../../functions/_core/domains/index.ts'
import { topicsOf } from '../../../functions/_core/registry.ts'
import { consumerGroup, sourceName } from './source-names.ts'

test('topics of settings have a source and a group of their own', () => {
  const own = ['ventas-blackfriday-1f', 'ventas-blackfriday-2f', 'Ventas_Dos', 'x'.repeat(80), '...']
  const names = [...topicsOf(domains), ...own]
  expect(new Set(names.map((name) => consumerGroup(name))).size).toBe(names.length)
  expect(own.map((name) => sourceName(name))).toEqual([
    'ventas-blackfriday-1f',
    'ventas-blackfriday-2f',
    'ventas-dos',
    'x'.repeat(63),
    'topic',
  ])
})
