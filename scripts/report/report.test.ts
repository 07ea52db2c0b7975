import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import type { Life } from '../../functions/_adapters/valkey/lives.ts'
import { orders } from '../../functions/_core/domains/orders.ts'
import { timeInState } from '../../functions/_core/time-in-state.ts'
import { lifeDocuments, sendingDocuments } from './elastic.ts'
import { csvOf, htmlOf } from './render.ts'
import { tablesOf } from './rows.ts'

const sending = {
  ...{ file: 'a,"b".csv', domain: 'd', target: 'grpc', ended: '2026-11-27T12:00:00.000Z', stored: 500 },
  ...{ seconds: 10, perSecond: 50, latencyMs: { mean: 2.5, p50: 2, p95: 4, p99: 9 } },
}
const tables = tablesOf(
  {
    states: [
      {
        state: 'Preparación',
        isFinal: false,
        now: 3,
        time: timeInState({ cuenta: '2', suma_ms: '3000', '5': '2' }),
        oldestMs: 0,
      },
      { state: 'Finalizado', isFinal: true, now: 7, time: timeInState({}), oldestMs: undefined },
    ],
    cases: { movio: 12, tarde: 1 },
    oldest: [{ id: '<b>1</b>', state: 'Preparación', sinceMs: 0 }],
  },
  sending,
)

it('a report has the times of each state, the cases, the sending and who waits; CSV reads back', () => {
  const rows: string[][] = parse(csvOf(tables), { record_delimiter: '\r\n', relax_column_count: true })
  expect(rows).toContainEqual(['Processing time by state', 'Preparación', 'no', '3', '2', '1.5', '4', '4.9'])
  expect(rows).toContainEqual(['Processing time by state', 'Finalizado', 'yes', '7', '0', '', '', ''])
  expect(rows).toContainEqual(['Events by how they were judged', 'tarde', '1'])
  expect(rows).toContainEqual(['The newest sending of a file', 'file', 'a,"b".csv'])
  expect(rows).toContainEqual(['The newest sending of a file', 'throughput (per second)', '50'])
  expect(rows).toContainEqual([
    'Longest in their state',
    '<b>1</b>',
    'Preparación',
    '1970-01-01T00:00:00.000Z',
  ])
})

it('its page is escaped', () => {
  const page = htmlOf('Pedidos', 'As of now', tables)
  expect(page).toContain('<td>Preparación</td>')
  expect(page).toContain('&lt;b&gt;1&lt;/b&gt;')
  expect(page).not.toContain('<b>1</b>')
})

it('an identity that is longer than an _id may be has one of its own, the same at each export', () => {
  const moved = (id: string): Life['history'][number] => ({
    ...{ n: 1, caso: 'movio', de: 'a', a: 'b', evento: 'e', actor: '', time: '2026-11-27T12:00:00Z', id },
  })
  const long = 'ñ'.repeat(512)
  const life: Life = {
    ...{ id: 'A-1', state: 'b', sinceMs: 0, version: 1, data: {}, refused: [], allowed: [] },
    history: [moved('/a#0'), moved(`${long}#1`), moved(`${long}#2`), moved('/a#3')],
  }
  const idsOf = () => [...lifeDocuments(life, orders).matchAll(/"_id":"([^"]*)"/g)].map(([, id]) => id)
  expect(idsOf()).toEqual(['A-1', ...[1, 2].map(() => expect.stringMatching(/^[0-9a-f]{64}$/)), '/a#3'])
  expect(new Set(idsOf()).size).toBe(4)
  expect(idsOf()).toEqual(idsOf())
})

it('for Elasticsearch each line is JSON, an action before each document, in the index shapes', () => {
  const entry = { evento: 'e', actor: '' } as const
  const life: Life = {
    ...{ id: 'A-1', state: 'Enviado', sinceMs: Date.parse('2026-11-27T12:00:05Z'), version: 1 },
    ...{ data: { nombre_producto: 'Mesa', precio: '5' }, refused: [], allowed: [] },
    history: [
      { ...entry, n: 1, caso: 'movio', de: '', a: 'Procesando', time: '2026-11-27T12:00:00Z', id: '/a#1' },
      { ...entry, n: 2, caso: 'repetido', de: '', a: '', time: '2026-11-27T12:00:01Z', id: '/a#2' },
      {
        ...entry,
        n: 3,
        caso: 'salto',
        de: 'Procesando',
        a: 'Enviado',
        time: '2026-11-27T12:00:05Z',
        id: '/a#3',
      },
    ],
  }
  const text = lifeDocuments(life, orders) + sendingDocuments(sending)
  expect(text.endsWith('\n')).toBe(true)
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines.slice(0, 4)).toEqual([
    { index: { _index: 'compras-index', _id: 'A-1' } },
    {
      id: 'A-1',
      nombre_producto: 'Mesa',
      precio: 5,
      estado: 'Enviado',
      timestamp: '2026-11-27T12:00:05.000Z',
    },
    { index: { _index: 'metrics-index', _id: '/a#3' } },
    {
      ...{ timestamp: '2026-11-27T12:00:05Z', metrica: 'tiempo_procesamiento', valor: 5 },
      ...{ compra_id: 'A-1', estado: 'Procesando' },
    },
  ])
  const metrics = lines.slice(4).filter((_, at) => at % 2 === 1)
  expect(metrics.map(({ metrica, valor }) => [metrica, valor])).toEqual([
    ['latencia', 2.5],
    ['throughput', 50],
    ['tiempo_envio', 10],
  ])
})
