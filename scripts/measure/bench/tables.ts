/** A report as text: figures, and behind them their ratios to a baseline. */
import Table from 'cli-table3'
import { STANDARD_FUNCTIONS } from '../../../functions/_core/topology.ts'
import type { Spread } from '../../lib/statistics.ts'
import type { Report } from './report.ts'
import type { Results } from './run.ts'

const COLUMNS = ['bare', ...STANDARD_FUNCTIONS, 'source', 'kafka', 'valkey']
const PLAIN = { head: [], border: [] }

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
      '× bare: functions',
      'aggregator',
      'source',
      'Kafka and Valkey × single',
    ],
    style: PLAIN,
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
      ...[row.timesBare?.functions, row.timesBare?.aggregator, row.timesBare?.source].map(ratio),
      ratio(row.timesSingle?.kafkaAndValkey),
    ])
  }
  return table.toString()
}

const ratio = (spread: Spread | undefined): string => spread?.median.toFixed(2) ?? ''

function number(value: number | undefined, baseline?: number): string {
  if (value === undefined || Number.isNaN(value)) return ''
  const text = value >= 100 ? value.toFixed(0) : value.toFixed(1)
  return baseline === undefined || baseline === 0 ? text : `${text} ×${(value / baseline).toFixed(2)}`
}

export function footprintTable({
  footprintBefore,
  footprintAfter,
  startMs,
}: Omit<Results, 'rounds'>): string {
  const head = [
    '',
    'idle % of a core',
    'RSS MiB before',
    'after load',
    'bundle MiB',
    'start ms',
    '× bare node',
  ]
  const table = new Table({ head, style: PLAIN })
  for (const [name, ms] of Object.entries(startMs)) {
    const before = footprintBefore[name]
    table.push([
      name,
      before?.idlePercent.toFixed(2) ?? '',
      number(before?.rssMib),
      number(footprintAfter[name]?.rssMib),
      before?.bundleMib.toFixed(2) ?? '',
      number(ms),
      (ms / (startMs.bare ?? Number.NaN)).toFixed(2),
    ])
  }
  return table.toString()
}
