/** What is sold: totals, averages, extremes, rankings and prices, as the aggregator keeps them in Valkey. */
import {
  CustomVariableBuilder,
  type DashboardBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { sales } from '../../../functions/_core/domains/sales.ts'
import { COUNTERS } from '../../../functions/_core/metrics.ts'
import { board, variable, withRows } from '../board.ts'
import { DOMAIN, perSecond } from '../metrics.ts'
import { barChart, bars, lines, PROMETHEUS, promql, promqlNow, stat, VALKEY } from '../panels.ts'
import { bottom, redis, top } from '../redis/query.ts'
import { averages, pricesOverTime, rowForEachColumn, sumOfColumns } from '../transformations.ts'

const labels = sales.fields.find(({ name }) => name === 'categoria')?.labels ?? []
/** The unknown one last. */
const CATEGORIES = [...labels.slice(1), ...labels.slice(0, 1)]
/** Names of the dashboard's variables. */
const CATEGORY = 'categoria'
const PRODUCT = 'producto'
/** Members of a ranking that fit into a panel. */
const RANKED = 8
const SECONDS_A_MINUTE = 60
const MONEY = 'currencyUSD'
const counted = `${COUNTERS.counted.name}{${DOMAIN}="${sales.name}"}`

export function blackFriday(): DashboardBuilder {
  const built = board({
    uid: 'caudal-black-friday',
    title: 'Black Friday',
    description: 'What is sold, by category and product. Every figure is exact: each sale is counted once.',
    sources: ['valkey', 'prometheus'],
  })
    .withVariable(categoryVariable())
    .withVariable(productVariable())
  return withRows(built, [
    ['At a glance', figures()],
    ['By category', byCategory()],
    ['Most and least sold', rankings()],
    ['Prices of the chosen category and product', prices()],
    ['Most and least sold by category', CATEGORIES.flatMap(rankingsOf)],
  ])
}

const categoryVariable = () =>
  new CustomVariableBuilder(CATEGORY)
    .label('Category')
    .description('Whose prices are shown')
    .values(CATEGORIES.join(','))
    .current({ text: CATEGORIES[0] ?? '', value: CATEGORIES[0] ?? '' })

const productVariable = () =>
  new QueryVariableBuilder(PRODUCT)
    .label('Product')
    .description('One of the fifty most sold of the category')
    .datasource(VALKEY)
    .query(`ZRANGE ranking:${variable(CATEGORY)} 0 49 REV`)
    .refresh(VariableRefresh.OnTimeRangeChanged)

const figures = () => [
  stat({
    title: 'Sales',
    description: 'Sales counted since the data began: the sum of stats:conteo.',
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: 'stats:conteo' })],
    transformations: sumOfColumns('Sales'),
    width: 4,
    height: 4,
  }),
  stat({
    title: 'Revenue',
    description: 'Price × quantity over all sales, exact to the cent: the sum of stats:ingresos:suma.',
    unit: MONEY,
    decimals: 2,
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: 'stats:ingresos:suma' })],
    transformations: sumOfColumns('Revenue'),
    width: 5,
    height: 4,
  }),
  price('Dearest', 'The highest price of a sale', 'ventas:global:precio_max'),
  price('Cheapest', 'The lowest price of a sale', 'ventas:global:precio_min'),
  stat({
    title: 'Sales a minute',
    description: 'Sales counted a minute, over the last few scrapes.',
    unit: 'short',
    decimals: 0,
    source: PROMETHEUS,
    targets: [promqlNow('A', `${perSecond(counted)} * ${SECONDS_A_MINUTE}`, 'sales a minute')],
    width: 5,
    height: 4,
  }),
  lines({
    title: 'Sales a minute over time',
    description: 'Sales counted a minute. A gap is a time without metrics, not without sales.',
    unit: 'short',
    source: PROMETHEUS,
    targets: [promql('A', `${perSecond(counted)} * ${SECONDS_A_MINUTE}`, 'sales a minute')],
    width: 24,
    height: 7,
  }),
]

const price = (title: string, what: string, keyName: string) =>
  stat({
    title,
    description: `${what}: ${keyName}.`,
    unit: MONEY,
    decimals: 2,
    source: VALKEY,
    targets: [redis('A', { command: 'get', keyName })],
    width: 5,
    height: 4,
  })

const byCategory = () => [
  barChart({
    title: 'Reports by category',
    description:
      'Sales counted, by category: stats:conteo. The same numbers are in reportes:total:<category>.',
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: 'stats:conteo' })],
    transformations: rowForEachColumn('Category', 'Sales'),
    by: 'Category',
    width: 12,
    height: 8,
  }),
  barChart({
    title: 'Revenue by category',
    description: 'Price × quantity, by category: stats:ingresos:suma.',
    unit: MONEY,
    decimals: 2,
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: 'stats:ingresos:suma' })],
    transformations: rowForEachColumn('Category', 'Revenue'),
    by: 'Category',
    width: 12,
    height: 8,
  }),
  average('Average price', 'stats:precio:suma', MONEY),
  average('Average quantity', 'stats:cantidad:suma', 'short'),
]

/** For each sale, not weighted by its quantity. */
const average = (title: string, sums: string, unit: string) =>
  barChart({
    title,
    description: `${title} of a sale, by category: ${sums} / stats:conteo.`,
    unit,
    decimals: 2,
    source: VALKEY,
    targets: [
      redis('A', { command: 'hgetall', keyName: sums }),
      redis('B', { command: 'hgetall', keyName: 'stats:conteo' }),
    ],
    transformations: averages('Category', title),
    by: 'Category',
    width: 12,
    height: 8,
  })

const ranking = (title: string, keyName: string, width: number, which: typeof top) =>
  bars({
    title,
    description: `Products by units sold: ${keyName}.`,
    unit: 'short',
    source: VALKEY,
    targets: [which('A', keyName, RANKED)],
    width,
    height: 8,
  })

const rankings = () => [
  ranking('Most sold', 'ranking:global', 12, top),
  ranking('Least sold', 'ranking:global', 12, bottom),
]

const rankingsOf = (category: string) => [
  ranking(`Most sold: ${category}`, `ranking:${category}`, 12, top),
  ranking(`Least sold: ${category}`, `ranking:${category}`, 12, bottom),
]

const prices = () => [
  history('Prices of the category', `historial:precio:${variable(CATEGORY)}`),
  history('Prices of the product', `history:${variable(CATEGORY)}:${variable(PRODUCT)}`),
]

const history = (title: string, keyName: string) =>
  lines({
    title,
    description: `The newest 20 prices, by the time of the sale: ${keyName.replaceAll(/[${}]/g, '')}.`,
    unit: MONEY,
    decimals: 2,
    source: VALKEY,
    targets: [redis('A', { command: 'zrange', keyName, min: '0', max: '-1' })],
    transformations: pricesOverTime(),
    width: 12,
    height: 8,
  })
