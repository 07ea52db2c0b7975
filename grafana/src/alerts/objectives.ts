/**
 * What users are promised, as the share of good events, and how Prometheus reckons the bad ones. All other alerts are
 * causes: they warn, these page.
 *
 * Rates are of five minutes; longer windows average them, so that a window of three days reads recorded samples and
 * not the raw ones.
 */
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../../functions/_core/metrics.ts'
import { OUR_FAULT, orZero, perSecond } from '../metrics.ts'

export interface Objective {
  /** Part of metric names, `[a-z_]`, and the anchor in the runbook with `-` for `_`. */
  readonly name: string
  /** Alerts are `Caudal<title><burn>`. */
  readonly title: string
  /** The promise, for people. */
  readonly promise: string
  /** The share of good events. */
  readonly target: number
  /** PromQL without labels: events a second. */
  readonly bad: string
  readonly total: string
  /** Events of a window below which nobody is woken: one failure of three is no incident. */
  readonly minimumEvents: number
  /** While this has a value, `total` must have one too: else the promise is not watched. */
  readonly expectedWhile: string
  /** The uid of the dashboard where to look. */
  readonly dashboard: string
}

const { requests, stored, counted, duplicates, deadLetters } = COUNTERS
const { requestSeconds, batchItems, visibilitySeconds } = HISTOGRAMS
const WINDOW = '5m'
const rate = (series: string): string => perSecond(series, [], WINDOW)

/** The public endpoints; what is behind them is called by it. */
const DOOR = 'function="ingest"'
const LATENCY_S = 1
const FRESH_S = 5
/** Prometheus 3 writes whole bounds with a decimal, 2 does not. */
const bound = (seconds: number): string => `le=~"${seconds}(\\\\.0)?"`

const answered = rate(`${requests.name}{${DOOR}}`)
const timed = rate(`${requestSeconds.name}_count{${DOOR}}`)
const inTime = rate(`${requestSeconds.name}_bucket{${DOOR}, ${bound(LATENCY_S)}}`)
const seen = rate(`${visibilitySeconds.name}_count`)
const fresh = rate(`${visibilitySeconds.name}_bucket{${bound(FRESH_S)}}`)
const settled = `${rate(counted.name)} + ${orZero(rate(duplicates.name), rate(counted.name))}`
const dead = orZero(rate(deadLetters.name), rate(counted.name))
/** Stored and neither counted nor given up: they are late however long they take. */
const others = [counted, duplicates, deadLetters]
  .map(({ name }) => `(${rate(name)} or vector(0))`)
  .join(' - ')
const late = `clamp_min(${rate(stored.name)} - ${others}, 0)`
const settledEvents = orZero(seen, rate(stored.name))
const lateEvents = orZero(late, settledEvents)
/** Whether there is a gap, as a share of the last five minutes. */
const shareOfTime = (condition: string): string => `avg_over_time(max(${condition})[5m:30s])`
const publishing = `${rate(stored.name)} > 0`

export const OBJECTIVES: readonly Objective[] = [
  {
    name: 'availability',
    title: 'Availability',
    promise: '99.9 % of the requests to ingest are answered without a failure of ours (5xx, 429)',
    target: 0.999,
    bad: orZero(rate(`${requests.name}{${DOOR}, ${OUR_FAULT}}`), answered),
    total: answered,
    minimumEvents: 100,
    expectedWhile: `${rate(`${requests.name}{function="bridge"}`)} > 0`,
    dashboard: 'caudal-pipeline',
  },
  {
    name: 'latency',
    title: 'Latency',
    promise: `99 % of the requests to ingest are answered within ${LATENCY_S} s, bulks and cold starts included`,
    target: 0.99,
    bad: `${timed} - ${inTime}`,
    total: timed,
    minimumEvents: 100,
    expectedWhile: `${rate(`${requestSeconds.name}_count{function="bridge"}`)} > 0`,
    dashboard: 'caudal-pipeline',
  },
  {
    name: 'freshness',
    title: 'Freshness',
    promise: `99 % of the events are counted within ${FRESH_S} s of being accepted`,
    target: 0.99,
    bad: `${orZero(`(${seen} - ${fresh})`, settledEvents)} + ${lateEvents}`,
    total: `${settledEvents} + ${lateEvents}`,
    minimumEvents: 100,
    expectedWhile: `${rate(`${batchItems.name}_count{to="kafka"}`)} > 0`,
    dashboard: 'caudal-pipeline',
  },
  {
    name: 'reconcile_gap',
    title: 'ReconcileGap',
    promise:
      'at 99.9 % of the time no record is missing: accepted = counted + waiting + dead letters, in every partition',
    target: 0.999,
    // Not events but time: at each evaluation the gap is there or not.
    bad: shareOfTime(`${GAUGES.gapRecords.name} != bool 0`),
    total: shareOfTime(`${GAUGES.gapRecords.name} == bool ${GAUGES.gapRecords.name}`),
    // Seconds that were watched.
    minimumEvents: 900,
    expectedWhile: publishing,
    dashboard: 'caudal-pipeline',
  },
  {
    name: 'dead_letters',
    title: 'DeadLetters',
    promise: '99.9 % of what is delivered is counted; the rest became dead letters',
    target: 0.999,
    bad: dead,
    total: `${settled} + ${dead}`,
    minimumEvents: 100,
    expectedWhile: publishing,
    dashboard: 'caudal-pipeline',
  },
]
