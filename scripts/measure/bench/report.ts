/** Medians and spread over rounds, and ratios to the bare server. */
import { ENDPOINTS } from '../../../functions/_core/topology.ts'
import { type Spread, spread } from '../../lib/statistics.ts'
import type { ByName } from '../machine.ts'
import type { Measurement } from './measure.ts'
import { mapRecord } from './probe.ts'

export type Rounds = ReadonlyMap<string, readonly Partial<Measurement>[]>

export interface Row {
  readonly eventsPerS: Spread
  readonly countedPerS?: Spread
  readonly p50Ms?: Spread
  readonly p99Ms?: Spread
  /** CPU microseconds per event, by process. */
  readonly cpuUs: ByName
  /** Medians over rounds. */
  readonly batchItems: ByName
  /** CPU over that of the bare server with as many connections, in the same round. */
  readonly timesBare?: Readonly<
    Record<'ingest' | 'bridgeAndPublisher' | 'aggregator' | 'functions' | 'source', Spread>
  >
  /** CPU over that with an event in each record, in the same round. */
  readonly timesSingle?: Readonly<Record<'kafkaAndValkey', Spread>>
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
  const bare = rounds.get(name.replace(/^(pipeline|single)/, 'bare'))
  const single = rounds.get(singleOf(name))
  return {
    eventsPerS: figure('eventsPerS') ?? spread([0]),
    ...Object.fromEntries(optional.filter(([, value]) => value !== undefined)),
    cpuUs: medians('cpuUsPerEvent'),
    batchItems: medians('batchItems'),
    ...(bare !== undefined && bare !== measurements && { timesBare: timesBare(measurements, bare) }),
    ...(single !== undefined && { timesSingle: timesSingle(measurements, single) }),
  }
}

/** The same where each event is a record of its own. */
const singleOf = (name: string): string =>
  name.startsWith('pipeline') ? name.replace('pipeline', 'single') : `single ${name}`

type Measurements = readonly Partial<Measurement>[]

const costOf = (measurement: Partial<Measurement> | undefined, names: readonly string[]): number =>
  names.reduce((total, name) => total + (measurement?.cpuUsPerEvent?.[name] ?? Number.NaN), 0)

function timesBare(pipeline: Measurements, bare: Measurements) {
  const ratio = (names: readonly string[]): Spread =>
    spread(pipeline.map((measurement, round) => costOf(measurement, names) / costOf(bare[round], ['bare'])))
  return {
    ingest: ratio(['ingest']),
    bridgeAndPublisher: ratio(['bridge', 'publisher']),
    aggregator: ratio(['aggregator']),
    functions: ratio([...ENDPOINTS, 'aggregator']),
    source: ratio(['source']),
  }
}

function timesSingle(packed: Measurements, single: Measurements) {
  const servers = ['kafka', 'valkey']
  const ratios = packed.map(
    (measurement, round) => costOf(measurement, servers) / costOf(single[round], servers),
  )
  return { kafkaAndValkey: spread(ratios) }
}
