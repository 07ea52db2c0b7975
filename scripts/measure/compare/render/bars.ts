/** Horizontal bars: whole or in parts, with an interval if there is one. */
import { type Child, type Markup, tag } from './markup.ts'
import { placeOf, rowChart, rowName } from './row-chart.ts'
import { ticksTo } from './scale.ts'

export interface Bar {
  readonly name: string
  /** Parts, each with the class of its colour. */
  readonly parts: readonly { readonly colour: string; readonly value: number }[]
  readonly interval?: { readonly low: number; readonly high: number }
}

export interface BarChart {
  /** Read aloud in place of the picture. */
  readonly label: string
  readonly unit: string
  readonly bars: readonly Bar[]
  readonly format: (value: number) => string
}

const ROW = 26
const BAR = 16
const CAP = 4

export function barChart({ label, unit, bars, format }: BarChart): Markup {
  const whole = ({ parts }: Bar): number => parts.reduce((sum, { value }) => sum + value, 0)
  const ticks = ticksTo(
    Math.max(...bars.map((bar) => Math.max(whole(bar), bar.interval?.high ?? 0)), Number.MIN_VALUE),
  )
  const x = placeOf(0, ticks.at(-1) ?? 1)
  const rows = bars.map((bar, row) => {
    const top = row * ROW + (ROW - BAR) / 2
    const middle = row * ROW + ROW / 2
    const end = Math.max(whole(bar), bar.interval?.high ?? 0)
    return [
      rowName(bar.name, middle),
      partsOf(bar, x, top),
      bar.interval && intervalMark(x(bar.interval.low), x(bar.interval.high), middle),
      tag('text', { x: x(end) + 6, y: middle, class: 'value' }, format(whole(bar))),
    ]
  })
  return rowChart({ label, unit, ticks, format, height: bars.length * ROW }, x, rows)
}

function partsOf({ parts }: Bar, x: (value: number) => number, top: number): Child {
  let sum = 0
  return parts.map(({ colour, value }) => {
    const left = x(sum)
    sum += value
    return tag('rect', { x: left, y: top, width: Math.max(0, x(sum) - left), height: BAR, class: colour })
  })
}

const intervalMark = (low: number, high: number, middle: number): Markup =>
  tag('path', {
    d: `M${low} ${middle - CAP}v${2 * CAP}M${low} ${middle}H${high}M${high} ${middle - CAP}v${2 * CAP}`,
    class: 'interval',
  })
