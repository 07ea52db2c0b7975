/** Orders: how many are in each state, how long they are in it, how they were judged, and how fast they come in. */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { orderEvents } from '../../../functions/_core/domains/order-events.ts'
import { orderLife } from '../../../functions/_core/domains/order-life.ts'
import { orders } from '../../../functions/_core/domains/orders.ts'
import { figureKeys, keyIn, transitionOf } from '../../../functions/_core/effects/transition-data.ts'
import { newestOf } from '../../../functions/_core/life.ts'
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../../functions/_core/metrics.ts'
import { board, withRows } from '../board.ts'
import { DOMAIN, ENDPOINT, perSecond, quantile, RESULT } from '../metrics.ts'
import { bars, linesOf, stat, VALKEY } from '../panels.ts'
import { redis, top } from '../redis/query.ts'

const RANKED = 8
const SECONDS_A_MINUTE = 60
const { line, final } = newestOf(orderLife)
const keys = figureKeys(transitionOf(orders)?.figures ?? '')
/** Histograms are of states that something leaves. */
const LEFT = line.filter((state) => !final.includes(state))
const BY_ORDERS = `{${DOMAIN}="${orders.name}"}`
const THEIR_ENDPOINTS = `{${ENDPOINT}=~"${orders.routes[0]?.path}.*"}`

export function pedidos(): DashboardBuilder {
  const built = board({
    uid: 'caudal-pedidos',
    title: 'Pedidos',
    description: 'The lives of orders. Every figure is exact: what happens to an order is judged once.',
    sources: ['valkey', 'prometheus'],
  })
  return withRows(built, [
    ['At a glance', [total(), finished(), states(), cases()]],
    ['In and on their way', [pace(), latency(), visibility()]],
    ['Processing time by state', [meanTime(), oldest(), ...LEFT.map(timeIn)]],
    ['Mails', [mails(), mailsKept(), mailsWaiting(), mailsLongest()]],
    ['What is ordered', [products(), regions()]],
  ])
}

const total = () =>
  stat({
    title: 'Orders',
    description: 'Orders since the data began: pedidos:total.',
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'get', keyName: 'pedidos:total' })],
    width: 4,
    height: 8,
  })

const finished = () =>
  stat({
    title: 'In the last state',
    description: `Orders that came to ${line.at(-1)}: ${keys.states}.`,
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hget', keyName: keys.states, field: line.at(-1) ?? '' })],
    width: 4,
    height: 8,
  })

const states = () =>
  bars({
    title: 'Orders by state',
    description: `Orders that are in each state now: ${keys.states}.`,
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: keys.states })],
    width: 8,
    height: 8,
  })

const cases = () =>
  bars({
    title: 'How events were judged',
    description: `Events by verdict: movio moved, salto skipped states, repetido told again, tarde came late; negativo: times below 0, taken for 0: ${keys.cases}.`,
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: keys.cases })],
    width: 8,
    height: 8,
  })

const pace = () =>
  linesOf(
    'Throughput',
    'Orders, and changes of orders, that were counted a minute.',
    'short',
    8,
    ...[orders, orderEvents].map(
      ({ name, title }) =>
        [
          `${perSecond(`${COUNTERS.counted.name}{${DOMAIN}="${name}"}`)} * ${SECONDS_A_MINUTE}`,
          title,
        ] as const,
    ),
  )

const latency = () =>
  linesOf(
    'Latency at ingest',
    'From a request about orders to its answer, which comes once it is stored.',
    's',
    8,
    [quantile(0.5, HISTOGRAMS.requestSeconds, [], THEIR_ENDPOINTS), 'p50'],
    [quantile(0.99, HISTOGRAMS.requestSeconds, [], THEIR_ENDPOINTS), 'p99'],
  )

const visibility = () =>
  linesOf(
    'Send time',
    'From the acceptance of an order to its being counted.',
    's',
    8,
    [quantile(0.5, HISTOGRAMS.visibilitySeconds, [], BY_ORDERS), 'p50'],
    [quantile(0.99, HISTOGRAMS.visibilitySeconds, [], BY_ORDERS), 'p99'],
  )

const meanTime = () =>
  linesOf('Mean time in a state', 'Of all orders that left it, since the data began.', 's', 12, [
    `max by (state) (${GAUGES.stateMeanSeconds.name}${BY_ORDERS})`,
    '{{state}}',
  ])

const oldest = () =>
  linesOf(
    'Longest in their state',
    'How long the order that waits longest has been in its state: who is stuck, the console says.',
    's',
    12,
    [`max by (state) (${GAUGES.stateOldestSeconds.name}${BY_ORDERS})`, '{{state}}'],
  )

const timeIn = (state: string) =>
  bars({
    title: `Time in ${state}`,
    description: `Orders that left ${state}, by how many seconds they were in it at most; cuenta is all of them, suma_ms their time: ${keyIn(keys.times, state)}.`,
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: keyIn(keys.times, state) })],
    width: 6,
    height: 9,
  })

const aMinute = (result: string): string =>
  `${perSecond(`${COUNTERS.mails.name}{${RESULT}="${result}"}`)} * ${SECONDS_A_MINUTE}`

const mails = () =>
  linesOf(
    'Mails',
    'Mails a minute: sent, put off because the mail server refused them for now or was away, queued because more came than can be sent, and given up.',
    'short',
    12,
    [aMinute('sent'), 'Sent'],
    [aMinute('later'), 'Put off'],
    [aMinute('queued'), 'Queued'],
    [aMinute('dead'), 'Given up'],
  )

const mailsKept = () =>
  linesOf(
    'Mails kept back',
    'Mails a minute: limited, more to one address than an hour may have, which wait for the next; opted out, to who wants none; no address, of orders that have none; expired, of orders that are forgotten.',
    'short',
    12,
    [aMinute('limited'), 'Limited'],
    [aMinute('optedOut'), 'Opted out'],
    [aMinute('noAddress'), 'No address'],
    [aMinute('expired'), 'Expired'],
  )

const mailsWaiting = () =>
  linesOf(
    'Mails waiting and given up',
    'Mails that are put off now, and those on the list of given up ones: npx caudal mails.',
    'short',
    12,
    [`max(${GAUGES.mailsWaiting.name})`, 'Waiting'],
    [`max(${GAUGES.mailsGivenUp.name})`, 'Given up'],
  )

const mailsLongest = () =>
  linesOf('Longest wait of a mail', 'How long the mail that waits longest has been tried.', 's', 12, [
    `max(${GAUGES.mailsOldestSeconds.name})`,
    'Longest',
  ])

const products = () =>
  bars({
    title: 'Most ordered',
    description: 'Products by orders: pedidos:producto.',
    unit: 'short',
    source: VALKEY,
    targets: [top('A', 'pedidos:producto', RANKED)],
    width: 12,
    height: 9,
  })

const regions = () =>
  bars({
    title: 'Orders by region',
    description: 'Orders by where they go: pedidos:conteo.',
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'hgetall', keyName: 'pedidos:conteo' })],
    width: 12,
    height: 9,
  })
