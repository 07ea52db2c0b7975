/**
 * Steps that Grafana takes with frames before it draws them. Valkey keeps sums and counts, never averages, and the
 * Redis source puts each name into a column of its own.
 */
import type { DataTransformerConfig } from '@grafana/grafana-foundation-sdk/dashboard'

/** What `reduce` calls its columns. */
const NAME = 'Field'
const LAST = 'Last *'
const MAX = 'Max'

const reduce = (reducer: 'lastNotNull' | 'max', refId?: string): DataTransformerConfig => ({
  id: 'reduce',
  ...(refId === undefined ? {} : { filter: { id: 'byRefId', options: refId } }),
  options: { reducers: [reducer] },
})

const organize = (
  names: Record<string, string>,
  excluded: readonly string[] = [],
): DataTransformerConfig => ({
  id: 'organize',
  options: {
    excludeByName: Object.fromEntries(excluded.map((name) => [name, true])),
    indexByName: {},
    renameByName: names,
  },
})

/** From a row of named columns to a row for each name. */
export const rowForEachColumn = (name: string, value: string): DataTransformerConfig[] => [
  reduce('lastNotNull'),
  organize({ [NAME]: name, [LAST]: value }),
]

/** From the sums of query A and the counts of query B to a row for each name with its average. */
export const averages = (name: string, average: string): DataTransformerConfig[] => [
  // Two reducers that see one value each: they only tell the columns of A and B apart.
  reduce('lastNotNull', 'A'),
  reduce('max', 'B'),
  { id: 'joinByField', options: { byField: NAME, mode: 'outer' } },
  {
    id: 'calculateField',
    options: {
      mode: 'binary',
      reduce: { reducer: 'sum' },
      binary: { left: LAST, operator: '/', right: MAX },
      alias: average,
      replaceFields: false,
    },
  },
  organize({ [NAME]: name }, [LAST, MAX]),
]

/** The sum of all columns. */
export const sumOfColumns = (alias: string): DataTransformerConfig[] => [
  {
    id: 'calculateField',
    options: { mode: 'reduceRow', reduce: { reducer: 'sum' }, alias, replaceFields: true },
  },
]

/** From members `<price>:<identity>` scored by their time to prices over time. */
export const pricesOverTime = (): DataTransformerConfig[] => [
  { id: 'renameByRegex', options: { regex: '^([\\d.]+):.*$', renamePattern: '$1' } },
  reduce('lastNotNull'),
  {
    id: 'convertFieldType',
    options: {
      fields: {},
      conversions: [
        { targetField: NAME, destinationType: 'number' },
        { targetField: LAST, destinationType: 'time' },
      ],
    },
  },
  organize({ [NAME]: 'Price', [LAST]: 'Time' }),
]
