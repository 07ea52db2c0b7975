/** What a report says of the lives of things, as tables: the same for HTML and CSV. */
import type { LivesFigures } from '../../functions/_adapters/valkey/lives-figures.ts'
import { averageSeconds, quantileSeconds } from '../../functions/_core/time-in-state.ts'
import type { LastSending } from '../lib/last-sending.ts'

export interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
}

const PLACES = 3
const seconds = (value: number | null): number | string =>
  value === null ? '' : Number(value.toFixed(PLACES))

export function tablesOf(figures: LivesFigures, sending: LastSending | undefined): readonly Table[] {
  return [
    {
      title: 'Processing time by state',
      head: ['state', 'final', 'in it now', 'left it', 'mean (s)', 'p50 (s)', 'p95 (s)'],
      rows: figures.states.map(({ state, isFinal, now, time }) => [
        ...[state, isFinal ? 'yes' : 'no', now, time.count],
        ...[averageSeconds(time), quantileSeconds(time, 0.5), quantileSeconds(time, 0.95)].map(seconds),
      ]),
    },
    {
      title: 'Events by how they were judged',
      head: ['case', 'events'],
      rows: Object.entries(figures.cases).sort(([one], [other]) => one.localeCompare(other)),
    },
    ...(sending === undefined ? [] : [sendingTable(sending)]),
    {
      title: 'Longest in their state',
      head: ['id', 'state', 'since'],
      rows: figures.oldest.map(({ id, state, sinceMs }) => [id, state, new Date(sinceMs).toISOString()]),
    },
  ]
}

const sendingTable = ({ file, target, ended, stored, latencyMs, ...sending }: LastSending): Table => ({
  title: 'The newest sending of a file',
  head: ['figure', 'value'],
  rows: [
    ['file', file],
    ['by', target],
    ['ended', ended],
    ['stored', stored],
    ['send time (s)', seconds(sending.seconds)],
    ['throughput (per second)', seconds(sending.perSecond)],
    ...Object.entries(latencyMs).map(([name, ms]) => [`latency, ${name} (ms)`, seconds(ms)]),
  ],
})
