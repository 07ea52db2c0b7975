/** What a run came to: for people as tables, for programs as one JSON object. */
import Table from 'cli-table3'
import type { Check, Evidence, RunFigures } from '../../ledger/reconcile.ts'
import type { Figures } from './figures.ts'
import { count, milliseconds } from './format.ts'

export interface Result extends RunFigures {
  /** Starts that a paced load did not make in time. */
  readonly missed_starts: number
  /** Events that Valkey had lost in a crash and counted again. */
  readonly repaired: number
  /** Acknowledged per second, the mean of the steady window; null without one. */
  readonly events_per_s: number | null
  /** Of the answers. */
  readonly p50_ms: number | null
  readonly p99_ms: number | null
  /** CPU time of each process for each event counted, in microseconds; null where nothing was counted. */
  readonly cpu_us_per_event: Readonly<Record<string, number | null>>
  readonly reconciled: boolean
}

export function resultOf(evidence: Evidence, checks: readonly Check[], figures: Figures): Result {
  const { sent, acknowledged, refused, unknown, records, in_kafka, duplicates, dead_lettered, counted } =
    evidence
  const { illegal, judged_anew } = evidence
  const { rps, p50_ms, p99_ms, missed_starts } = figures.load
  const perEvent = (us: number): number | null =>
    counted === 0 ? null : Math.round((us / counted) * 10) / 10
  return {
    ...{ sent, acknowledged, refused, unknown, records, in_kafka, duplicates, dead_lettered, counted },
    ...{ illegal, judged_anew },
    missed_starts,
    repaired: figures.now().repaired,
    events_per_s: rps,
    p50_ms,
    p99_ms,
    cpu_us_per_event: Object.fromEntries(figures.cpuUs.map(([name, us]) => [name, perEvent(us)])),
    reconciled: checks.every(({ holds }) => holds),
  }
}

/** Null where there is nothing to divide by. */
const tenths = (ratio: number): number | null => (Number.isNaN(ratio) ? null : Math.round(ratio * 10) / 10)

export function summaryOf(result: Result, checks: readonly Check[]): string {
  const figures = new Table({ style: { head: [], border: [] } })
  const row = (...cells: (string | number | null)[]): void =>
    void figures.push(cells.map((cell) => (typeof cell === 'number' ? count(cell) : (cell ?? '–'))))
  row('sent', result.sent, 'in Kafka', result.in_kafka)
  row('acknowledged', result.acknowledged, 'duplicates', result.duplicates)
  row('refused', result.refused, 'dead letters', result.dead_lettered)
  row('unknown', result.unknown, 'counted', result.counted)
  row('events/s', result.events_per_s, 'repaired', result.repaired)
  row('records', result.records, 'events in each', tenths(result.in_kafka / result.records))
  row('p50', milliseconds(result.p50_ms), 'p99', milliseconds(result.p99_ms))
  if (result.missed_starts > 0) row('missed starts', result.missed_starts, '', '')
  const proof = new Table({ style: { head: [], border: [] } })
  for (const { rule, holds, detail } of checks) proof.push([holds ? '✓' : '✗', rule, detail])
  const cpu = Object.entries(result.cpu_us_per_event)
    .filter(([, us]) => us !== null)
    .map(([name, us]) => `${name} ${us}`)
  const lines = ['', figures.toString(), proof.toString()]
  if (cpu.length > 0) lines.push(`CPU µs per event: ${cpu.join(' · ')}`)
  lines.push(
    result.reconciled ? 'Reconciled: nothing lost, nothing counted twice.' : 'NOT reconciled: see ✗ above.',
  )
  return lines.join('\n')
}
