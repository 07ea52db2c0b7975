/** The pipeline under load: requests, errors and durations by function, and what goes between the functions. */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../../functions/_core/metrics.ts'
import { board, withRows } from '../board.ts'
import { DOMAIN, ENDPOINT, mean, OUR_FAULT, orZero, perSecond, quantile, REASON, TO } from '../metrics.ts'
import { linesOf, PROMETHEUS, promqlNow, stat, VALKEY } from '../panels.ts'
import { redis } from '../redis/query.ts'

const { requests, stored, counted, duplicates, deadLetters, retries } = COUNTERS
const { requestSeconds, callSeconds, batchItems, visibilitySeconds } = HISTOGRAMS
const { queueItems, lagRecords, gapRecords, valkeyMemoryBytes } = GAUGES
/** The endpoints that are set against each other: one sale by REST at ingest, and by gRPC at the publisher. */
const ONE_SALE = `{${ENDPOINT}=~"/venta|.*/ProcesarVenta"}`
const HALF = 12
const THIRD = 8

export function pipeline(): DashboardBuilder {
  const built = board({
    uid: 'caudal-pipeline',
    title: 'Pipeline',
    description: 'What the functions do right now, where it waits, and what it costs.',
    sources: ['prometheus', 'valkey'],
    from: 'now-30m',
  })
  return withRows(built, [
    ['At a glance', glance()],
    ['Requests, errors and durations by function', red()],
    ['Between the functions', hops()],
    ['From the log to the screen', behind()],
    ['Cost', cost()],
    ['REST against gRPC', comparison()],
  ])
}

const figure = (title: string, description: string, unit: string, expr: string, width = 3) =>
  stat({
    title,
    description,
    unit,
    source: PROMETHEUS,
    targets: [promqlNow('A', expr, title)],
    width,
    height: 4,
  })

const failures = orZero(
  perSecond(`${requests.name}{${OUR_FAULT}}`, ['function']),
  perSecond(requests.name, ['function']),
)

const glance = () => [
  figure('Stored', 'Events a second that Kafka acknowledged.', 'eps', perSecond(stored.name)),
  figure('Counted', 'Events a second that were counted for the first time.', 'eps', perSecond(counted.name)),
  figure(
    'Waiting',
    'Records in the log that are not delivered yet.',
    'short',
    `sum(max by (topic) (${lagRecords.name}))`,
  ),
  figure(
    'Missing',
    'Records that were accepted and are neither counted, nor waiting, nor dead letters. It must be 0.',
    'short',
    `sum(max by (topic) (${gapRecords.name}))`,
  ),
  figure(
    'Visible within',
    'Nine events in ten were on the screen this soon after they were accepted.',
    's',
    quantile(0.9, visibilitySeconds, []),
    4,
  ),
  figure(
    'Failing',
    'Requests that the system itself failed, of all requests to any function.',
    'percentunit',
    `sum(${failures}) / ${perSecond(requests.name)}`,
    4,
  ),
  stat({
    title: 'Last counted',
    description: 'When Valkey last had something counted: last_applied_ms of caudal:stats.',
    unit: 'dateTimeFromNow',
    source: VALKEY,
    targets: [redis('A', { command: 'hget', keyName: 'caudal:stats', field: 'last_applied_ms' })],
    width: 4,
    height: 4,
  }),
]

const red = () => [
  linesOf('Requests', 'Requests and calls answered a second.', 'reqps', THIRD, [
    perSecond(requests.name, ['function']),
    '{{function}}',
  ]),
  linesOf(
    'Errors',
    'Requests a second that the system itself failed: HTTP 5xx and 429, gRPC 8, 13 and 14.',
    'reqps',
    THIRD,
    [failures, '{{function}}'],
  ),
  linesOf(
    'Duration',
    'Half of the requests are answered within the first figure, 99 in 100 within the second.',
    's',
    THIRD,
    [quantile(0.5, requestSeconds, ['function']), '{{function}} p50'],
    [quantile(0.99, requestSeconds, ['function']), '{{function}} p99'],
  ),
]

const hops = () => [
  linesOf('Call to the next step', '99 calls in 100 take no longer.', 's', THIRD, [
    quantile(0.99, callSeconds, [TO]),
    `to {{${TO}}}`,
  ]),
  linesOf('Batch', 'Events in one call to the next step, on average.', 'short', THIRD, [
    mean(batchItems, [TO]),
    `to {{${TO}}}`,
  ]),
  linesOf(
    'Queue',
    'Events that wait for a call to the next step; at the bound new ones are refused.',
    'short',
    THIRD,
    [`sum by (${TO}) (${queueItems.name})`, `to {{${TO}}}`],
  ),
  linesOf('Retries', 'Items a second that were sent again.', 'cps', HALF, [
    perSecond(retries.name, ['function', TO]),
    `{{function}} to {{${TO}}}`,
  ]),
  linesOf(
    'Dead letters',
    'Requests and records a second that were given up, by reason: an error code of the aggregator, or retriesExhausted.',
    'cps',
    HALF,
    [perSecond(deadLetters.name, [REASON]), `{{${REASON}}}`],
  ),
]

const behind = () => [
  linesOf(
    'Stored and counted',
    'Events a second into the log, and out of it: counted for the first time, or seen to be repeated.',
    'eps',
    THIRD,
    [perSecond(stored.name), 'stored'],
    [perSecond(counted.name), 'counted'],
    [perSecond(duplicates.name), 'repeated'],
  ),
  linesOf('Lag', 'Records of a topic that are stored and not yet delivered.', 'short', THIRD, [
    `max by (topic) (${lagRecords.name})`,
    '{{topic}}',
  ]),
  linesOf(
    'Time to visibility',
    'From the acceptance of an event to its count: half of them, and 99 in 100.',
    's',
    THIRD,
    [quantile(0.5, visibilitySeconds, [DOMAIN]), `{{${DOMAIN}}} p50`],
    [quantile(0.99, visibilitySeconds, [DOMAIN]), `{{${DOMAIN}}} p99`],
  ),
]

const cost = () => [
  linesOf(
    'CPU for an event',
    'Seconds of a core that a function takes for each event that it sends on.',
    's',
    THIRD,
    [
      `${perSecond('process_cpu_seconds_total', ['function'])} / ${perSecond(`${batchItems.name}_sum`, ['function'])}`,
      '{{function}}',
    ],
  ),
  linesOf('CPU', 'Cores that a function takes.', 'short', THIRD, [
    perSecond('process_cpu_seconds_total', ['function']),
    '{{function}}',
  ]),
  linesOf(
    'Memory',
    'Resident memory of a function, all its pods together, and what Valkey uses.',
    'bytes',
    THIRD,
    ['sum by (function) (process_resident_memory_bytes)', '{{function}}'],
    [`max(${valkeyMemoryBytes.name})`, 'valkey'],
  ),
]

const comparison = () => [
  linesOf('Requests, one sale each', 'Requests a second, by endpoint.', 'reqps', THIRD, [
    perSecond(`${requests.name}${ONE_SALE}`, [ENDPOINT]),
    `{{${ENDPOINT}}}`,
  ]),
  linesOf('Duration, p50', 'Half of the requests are answered within this.', 's', THIRD, [
    quantile(0.5, requestSeconds, [ENDPOINT], ONE_SALE),
    `{{${ENDPOINT}}}`,
  ]),
  linesOf('Duration, p99', '99 requests in 100 are answered within this.', 's', THIRD, [
    quantile(0.99, requestSeconds, [ENDPOINT], ONE_SALE),
    `{{${ENDPOINT}}}`,
  ]),
]
