/** The sections with bars and curves. */
import { type Interval, median, randomFrom } from '../../../lib/statistics.ts'
import type { ByName } from '../../machine.ts'
import { AGAIN, type ArmSpec, FIRST, SECOND } from '../arms.ts'
import { cellsOf, cpuByProcess, type Figure, intervalOf } from '../figures.ts'
import { percentileMs, percentilesMs } from '../histogram.ts'
import { type Bar, barChart } from './bars.ts'
import { armsOf, type Context, figure, legend, section } from './context.ts'
import { curveChart, SHARES } from './curves.ts'
import { type Markup, tag } from './markup.ts'
import type { Table } from './table.ts'
import type { Group } from './words/words.ts'

/** Processes in the order of an event's way; each keeps its colour. */
const PROCESSES = ['ingest', 'bridge', 'publisher', 'kafka', 'source', 'aggregator', 'valkey']
const QUESTIONS = ['endpoints', 'connections', 'batches', 'sizes'] as const

const between = ({ format }: Context, { low, high }: Interval): string =>
  `${format.number(low)} – ${format.number(high)}`

const intervals = ({ report }: Context, arms: readonly ArmSpec[], figureName: Figure) => {
  const random = randomFrom(report.stamp.seed)
  return arms.flatMap((spec) => {
    const interval = intervalOf(report, spec.name, figureName, random)
    return interval === undefined ? [] : [{ spec, interval }]
  })
}

/** Drawn apart: batches bring so many more events, and single calls cost so much more, that the others would not be seen. */
const GROUPS: readonly (readonly [Group, (spec: ArmSpec) => boolean])[] = [
  ['single', ({ question, load }) => question !== 'connections' && load.items === undefined],
  ['batches', ({ load }) => load.items !== undefined],
  ['connections', ({ question }) => question === 'connections'],
]

const grouped = <One extends { readonly spec: ArmSpec }>({ words }: Context, found: readonly One[]) =>
  GROUPS.map(([group, isIn]) => ({
    name: words.groups[group],
    rows: found.filter(({ spec }) => isIn(spec)),
  })).filter(({ rows }) => rows.length > 0)

export function capacitySection(context: Context): Markup {
  const { words, format } = context
  const found = intervals(context, armsOf(context, ...QUESTIONS), 'capacity')
  const { what, value, range: column } = words.columns
  const unit = words.units.eventsPerS
  const figures = grouped(context, found).map(({ name, rows }) => {
    const caption = `${words.headings.capacity}, ${name}, ${unit}`
    const bars: Bar[] = rows.map(({ spec, interval }) => ({
      name: words.arm(spec),
      parts: [{ colour: spec.load.format === 'json' ? 'c0' : 'c1', value: interval.estimate }],
      interval,
    }))
    return figure(context, barChart({ label: caption, unit, bars, format: format.number }), {
      caption,
      head: [what, value, column],
      rows: rows.map(({ spec, interval }) => [
        words.arm(spec),
        format.number(interval.estimate),
        between(context, interval),
      ]),
    })
  })
  return section(context, 'capacity', figures)
}

export function cpuSection(context: Context): Markup {
  const { report, words } = context
  const found = intervals(context, armsOf(context, ...QUESTIONS), 'cpu')
  if (found.length === 0) return section(context, 'cpu', tag('p', {}, words.nothing))
  const costs = found.map((one) => ({ ...one, cpu: cpuByProcess(report, one.spec.name) }))
  return section(
    context,
    'cpu',
    legend(PROCESSES.map((process) => ({ colour: colourOf(process), name: processName(context, process) }))),
    grouped(context, costs).map(({ name, rows }) => cpuFigure(context, name, rows)),
  )
}

const colourOf = (process: string): string => `c${PROCESSES.indexOf(process)}`
const processName = ({ words }: Context, process: string): string => words.processes[process] ?? process

interface Cost {
  readonly spec: ArmSpec
  readonly interval: Interval
  readonly cpu: ByName
}

function cpuFigure(context: Context, group: string, rows: readonly Cost[]): Markup {
  const { report, words, format } = context
  const unit = words.units.usPerEvent
  const caption = `${words.headings.cpu}, ${group}, ${unit}`
  const client = (arm: string): number => median(cellsOf(report, arm).map(({ clientUs }) => clientUs))
  const bars = rows.map(({ spec, cpu }) => ({
    name: words.arm(spec),
    parts: PROCESSES.map((process) => ({ colour: colourOf(process), value: cpu[process] ?? 0 })),
  }))
  const { what, total, range: column, client: ofClient } = words.columns
  return figure(context, barChart({ label: caption, unit, bars, format: format.number }), {
    caption,
    head: [what, ...PROCESSES.map((process) => processName(context, process)), total, column, ofClient],
    rows: rows.map(({ spec, interval, cpu }) => [
      words.arm(spec),
      ...PROCESSES.map((process) => format.number(cpu[process] ?? 0)),
      format.number(interval.estimate),
      between(context, interval),
      format.number(client(spec.name)),
    ]),
  })
}

export function latencySection(context: Context): Markup {
  const { report, words, format } = context
  const loads = report.cells.flatMap(({ load }) => (load.kind === 'open' ? [load] : []))
  const shares = [...new Set(loads.map(({ share }) => share))].sort((one, other) => one - other)
  if (shares.length === 0) return section(context, 'latency', tag('p', {}, words.nothing))
  const charts = shares.map((share) => {
    const curves = [FIRST, SECOND, AGAIN].flatMap((arm, index) => {
      const spec = report.arms.find(({ name }) => name === arm)
      const cells = cellsOf(report, arm, share)
      const points = percentilesMs(
        cells.map(({ latency }) => latency),
        SHARES,
      )
      const skipped = cells.reduce((sum, cell) => sum + cell.skipped, 0)
      return spec === undefined || points.length === 0
        ? []
        : [{ name: words.arm(spec), colour: `c${index}`, points, skipped }]
    })
    const perSecond = loads.find((load) => load.share === share)?.perSecond ?? 0
    const caption = `${words.headings.latency}: ${format.percent(share)}, ${format.number(perSecond)} ${words.units.eventsPerS}`
    const picture = curveChart({
      label: caption,
      unit: words.units.slowest,
      curves,
      formatMs: format.number,
      formatShare: format.share,
    })
    const behind: Table = {
      caption: `${caption}, ${words.units.ms}`,
      head: [words.columns.what, ...SHARES.map(format.share), words.columns.skipped],
      rows: curves.map(({ name, points, skipped }) => [
        name,
        ...SHARES.map((at) => {
          const ms = points.find((point) => point.share === at)?.ms
          return ms === undefined ? '' : format.number(ms)
        }),
        format.number(skipped),
      ]),
    }
    return [tag('h3', {}, caption), figure(context, picture, behind)]
  })
  return section(context, 'latency', charts)
}

export function wireSection(context: Context): Markup {
  const { report, words, format } = context
  const found = report.wire.flatMap((one) => {
    const spec = report.arms.find(({ name }) => name === one.arm)
    return spec === undefined || !['endpoints', 'transport', 'batches'].includes(spec.question)
      ? []
      : [{ spec, one }]
  })
  const { what, sent, received, first } = words.columns
  const behind: Table = {
    caption: `${words.headings.wire}, ${words.units.bytesPerEvent}`,
    head: [what, sent, received, first],
    rows: found.map(({ spec, one }) => [
      words.arm(spec),
      format.number(one.sent),
      format.number(one.received),
      format.number(one.firstSent + one.firstReceived),
    ]),
  }
  const bars = found.map(({ spec, one }) => ({
    name: words.arm(spec),
    parts: [
      { colour: 'c0', value: one.sent },
      { colour: 'c4', value: one.received },
    ],
  }))
  const unit = words.units.bytesPerEvent
  return section(
    context,
    'wire',
    legend([
      { colour: 'c0', name: sent },
      { colour: 'c4', name: received },
    ]),
    figure(context, barChart({ label: behind.caption, unit, bars, format: format.number }), behind),
  )
}

export function firstCallSection(context: Context): Markup {
  const { report, words, format } = context
  const found = [FIRST, SECOND].flatMap((arm, index) => {
    const spec = report.arms.find(({ name }) => name === arm)
    const rounds = report.firstCalls.filter((one) => one.arm === arm && one.voidBecause === undefined)
    const ms = median(rounds.map(({ latency }) => percentileMs(latency, 0.5)))
    return spec === undefined || Number.isNaN(ms) ? [] : [{ name: words.arm(spec), colour: `c${index}`, ms }]
  })
  if (found.length === 0) return section(context, 'firstCall', tag('p', {}, words.nothing))
  const behind: Table = {
    caption: `${words.headings.firstCall}, ${words.units.ms}`,
    head: [words.columns.what, words.columns.value],
    rows: found.map(({ name, ms }) => [name, format.number(ms)]),
  }
  const bars = found.map(({ name, colour, ms }) => ({ name, parts: [{ colour, value: ms }] }))
  const picture = barChart({ label: behind.caption, unit: words.units.ms, bars, format: format.number })
  return section(context, 'firstCall', figure(context, picture, behind))
}
