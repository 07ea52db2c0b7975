/** Medians and spread over rounds, as a table and as JSON, and ratios to the bare server and to a baseline. */
import Table from 'cli-table3'
import type { Measurement } from './measure.ts'
import { type ByName, mapRecord } from './probe.ts'

export const FUNCTIONS = ['ingest', 'bridge', 'publisher', 'aggregator']
const COLUMNS = ['bare', ...FUNCTIONS, 'source', 'kafka', 'valkey']

export type Rounds = ReadonlyMap<string, readonly Partial<Measurement>[]>

/** Of a figure over the rounds. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface Row {
  readonly eventsPerS: Spread
  readonly countedPerS?: Spread
  readonly p50Ms?: Spread
  readonly p99Ms?: Spread
  /** CPU microseconds per event, by process. */
  readonly cpuUs: ByName
  /** Medians over rounds. */
  readonly batchItems: ByName
  /** CPU of functions over that of the bare server with as many connections, in the same round. */
  readonly timesBare?: Readonly<Record<'ingest' | 'bridgeAndPublisher' | 'aggregator' | 'functions', Spread>>
}

export type Report = Readonly<Record<string, Row>>

export function reportOf(rounds: Rounds): Report {
  return Object.fromEntries(
    [...rounds].map(([name, measurements]) => [name, rowOf(name, measurements, rounds)]),
  )
}

function rowOf(name: string, measurements: readonly Partial<Measurement>[], rounds: Rounds): Row {
  const figure = (key: 'eventsPerS' | 'countedPerS' | 'p50Ms' | 'p99Ms'): Spread | undefined => {
    const values = measurements.flatMap((measurement) => measurement[key] ?? [])
    return values.length === 0 ? undefined : spread(values)
  }
  const medians = (key: 'cpuUsPerEvent' | 'batchItems'): ByName =>
    mapRecord(
      measurements[0]?.[key] ?? {},
      (_, process) => spread(measurements.map((measurement) => measurement[key]?.[process] ?? 0)).median,
    )
  const optional = Object.entries({
    countedPerS: figure('countedPerS'),
    p50Ms: figure('p50Ms'),
    p99Ms: figure('p99Ms'),
  })
  const bare = rounds.get(name.replace('road', 'bare'))
  return {
    eventsPerS: figure('eventsPerS') ?? spread([0]),
    ...Object.fromEntries(optional.filter(([, value]) => value !== undefined)),
    cpuUs: medians('cpuUsPerEvent'),
    batchItems: medians('batchItems'),
    ...(name.startsWith('road') && bare !== undefined && { timesBare: timesBare(measurements, bare) }),
  }
}

function timesBare(road: readonly Partial<Measurement>[], bare: readonly Partial<Measurement>[]) {
  const ratio = (names: readonly string[]): Spread =>
    spread(
      road.map(({ cpuUsPerEvent = {} }, round) => {
        const cost = names.reduce((total, name) => total + (cpuUsPerEvent[name] ?? 0), 0)
        return cost / (bare[round]?.cpuUsPerEvent?.bare ?? Number.NaN)
      }),
    )
  return {
    ingest: ratio(['ingest']),
    bridgeAndPublisher: ratio(['bridge', 'publisher']),
    aggregator: ratio(['aggregator']),
    functions: ratio(FUNCTIONS),
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? 0
  const middle = (sorted.length - 1) / 2
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    min: at(0),
    max: at(sorted.length - 1),
  }
}

/** @param baseline of an earlier run; each figure is followed by its ratio to it */
export function tableOf(report: Report, baseline: Report = {}): string {
  const table = new Table({
    head: [
      '',
      'events/s',
      'counted/s',
      'p50 ms',
      'p99 ms',
      ...COLUMNS.map((name) => `${name} µs`),
      'batches',
      '× bare',
    ],
    style: { head: [], border: [] },
  })
  for (const [name, row] of Object.entries(report)) {
    const old = baseline[name]
    const cpu = COLUMNS.map((column) => number(row.cpuUs[column], old?.cpuUs[column]))
    table.push([
      name,
      `${number(row.eventsPerS.median, old?.eventsPerS.median)} (${number(row.eventsPerS.min)}–${number(row.eventsPerS.max)})`,
      number(row.countedPerS?.median, old?.countedPerS?.median),
      number(row.p50Ms?.median),
      number(row.p99Ms?.median),
      ...cpu,
      Object.values(row.batchItems)
        .map((items) => number(items))
        .join(' '),
      row.timesBare === undefined ? '' : row.timesBare.functions.median.toFixed(2),
    ])
  }
  return table.toString()
}

function number(value: number | undefined, baseline?: number): string {
  if (value === undefined || Number.isNaN(value)) return ''
  const text = value >= 100 ? value.toFixed(0) : value.toFixed(1)
  return baseline === undefined || baseline === 0 ? text : `${text} ×${(value / baseline).toFixed(2)}`
}
