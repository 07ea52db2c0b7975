/** The pipeline under load: requests, errors and durations by function, and what goes between the functions. */
import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../../functions/_core/metrics.ts'
import { board } from '../board.ts'
import { DOMAIN, ENDPOINT, mean, OUR_FAULT, orZero, perSecond, quantile, REASON, TO } from '../metrics.ts'
import { lines, PROMETHEUS, promql, promqlNow, stat, VALKEY } from '../panels.ts'
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
  const rows = [
    ['At a glance', glance()],
    ['Requests, errors and durations by function', red()],
    ['Between the functions', hops()],
    ['From the log to the screen', behind()],
    ['Cost', cost()],
    ['REST against gRPC', comparison()],
  ] as const
  for (const [title, panels] of rows) {
    built.withRow(new RowBuilder(title))
    for (const panel of panels) built.withPanel(panel)
  }
  return built
}

type Line = readonly [expr: string, legend: string]

const chart = (title: string, description: string, unit: string, width: number, ...asked: readonly Line[]) =>
  lines({
    title,
    description,
    unit,
    source: PROMETHEUS,
    targets: asked.map(([expr, legend], at) => promql(String.fromCharCode(65 + at), expr, legend)),
    width,
    height: 8,
  })

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
  chart('Requests', 'Requests and calls answered a second.', 'reqps', THIRD, [
    perSecond(requests.name, ['function']),
    '{{function}}',
  ]),
  chart(
    'Errors',
    'Requests a second that the system itself failed: HTTP 5xx and 429, gRPC 8, 13 and 14.',
    'reqps',
    THIRD,
    [failures, '{{function}}'],
  ),
  chart(
    'Duration',
    'Half of the requests are answered within the first figure, 99 in 100 within the second.',
    's',
    THIRD,
    [quantile(0.5, requestSeconds, ['function']), '{{function}} p50'],
    [quantile(0.99, requestSeconds, ['function']), '{{function}} p99'],
  ),
]

const hops = () => [
  chart('Call to the next step', '99 calls in 100 take no longer.', 's', THIRD, [
    quantile(0.99, callSeconds, [TO]),
    `to {{${TO}}}`,
  ]),
  chart('Batch', 'Events in one call to the next step, on average.', 'short', THIRD, [
    mean(batchItems, [TO]),
    `to {{${TO}}}`,
  ]),
  chart(
    'Queue',
    'Events that wait for a call to the next step; at the bound new ones are refused.',
    'short',
    THIRD,
    [`sum by (${TO}) (${queueItems.name})`, `to {{${TO}}}`],
  ),
  chart('Retries', 'Items a second that were sent again.', 'cps', HALF, [
    perSecond(retries.name, ['function', TO]),
    `{{function}} to {{${TO}}}`,
  ]),
  chart(
    'Dead letters',
    'Requests and records a second that were given up, by reason: an error code of the aggregator, or retriesExhausted.',
    'cps',
    HALF,
    [perSecond(deadLetters.name, [REASON]), `{{${REASON}}}`],
  ),
]

const behind = () => [
  chart(
    'Stored and counted',
    'Events a second into the log, and out of it: counted for the first time, or seen to be repeated.',
    'eps',
    THIRD,
    [perSecond(stored.name), 'stored'],
    [perSecond(counted.name), 'counted'],
    [perSecond(duplicates.name), 'repeated'],
  ),
  chart('Lag', 'Records of a topic that are stored and not yet delivered.', 'short', THIRD, [
    `max by (topic) (${lagRecords.name})`,
    '{{topic}}',
  ]),
  chart(
    'Time to visibility',
    'From the acceptance of an event to its count: half of them, and 99 in 100.',
    's',
    THIRD,
    [quantile(0.5, visibilitySeconds, [DOMAIN]), `{{${DOMAIN}}} p50`],
    [quantile(0.99, visibilitySeconds, [DOMAIN]), `{{${DOMAIN}}} p99`],
  ),
]

const cost = () => [
  chart(
    'CPU for an event',
    'Seconds of a core that a function takes for each event that it sends on.',
    's',
    THIRD,
    [
      `${perSecond('process_cpu_seconds_total', ['function'])} / ${perSecond(`${batchItems.name}_sum`, ['function'])}`,
      '{{function}}',
    ],
  ),
  chart('CPU', 'Cores that a function takes.', 'short', THIRD, [
    perSecond('process_cpu_seconds_total', ['function']),
    '{{function}}',
  ]),
  chart(
    'Memory',
    'Resident memory of a function, all its pods together, and what Valkey uses.',
    'bytes',
    THIRD,
    ['sum by (function) (process_resident_memory_bytes)', '{{function}}'],
    [`max(${valkeyMemoryBytes.name})`, 'valkey'],
  ),
]

const comparison = () => [
  chart('Requests, one sale each', 'Requests a second, by endpoint.', 'reqps', THIRD, [
    perSecond(`${requests.name}${ONE_SALE}`, [ENDPOINT]),
    `{{${ENDPOINT}}}`,
  ]),
  chart('Duration, p50', 'Half of the requests are answered within this.', 's', THIRD, [
    quantile(0.5, requestSeconds, [ENDPOINT], ONE_SALE),
    `{{${ENDPOINT}}}`,
  ]),
  chart('Duration, p99', '99 requests in 100 are answered within this.', 's', THIRD, [
    quantile(0.99, requestSeconds, [ENDPOINT], ONE_SALE),
    `{{${ENDPOINT}}}`,
  ]),
]
