/** Horizontal bars: whole or in parts, with an interval if there is one. */
import { type Child, type Markup, tag } from './markup.ts'
import { linear, ticksTo } from './scale.ts'

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

const WIDTH = 760
const NAMES = 230
const RIGHT = 90
const ROW = 26
const BAR = 16
const AXIS = 40
const CAP = 4

export function barChart({ label, unit, bars, format }: BarChart): Markup {
  const whole = ({ parts }: Bar): number => parts.reduce((sum, { value }) => sum + value, 0)
  const ticks = ticksTo(
    Math.max(...bars.map((bar) => Math.max(whole(bar), bar.interval?.high ?? 0)), Number.MIN_VALUE),
  )
  const x = linear([0, ticks.at(-1) ?? 1], [NAMES, WIDTH - RIGHT])
  const bottom = bars.length * ROW
  const rows = bars.map((bar, row) => {
    const top = row * ROW + (ROW - BAR) / 2
    const middle = row * ROW + ROW / 2
    const end = Math.max(whole(bar), bar.interval?.high ?? 0)
    return [
      tag('text', { x: NAMES - 8, y: middle, class: 'name' }, bar.name),
      partsOf(bar, x, top),
      bar.interval && intervalMark(x(bar.interval.low), x(bar.interval.high), middle),
      tag('text', { x: x(end) + 6, y: middle, class: 'value' }, format(whole(bar))),
    ]
  })
  return tag(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${bottom + AXIS}`, role: 'img', 'aria-label': label },
    ticks.map((tick) => [
      tag('line', { x1: x(tick), x2: x(tick), y1: 0, y2: bottom, class: 'grid' }),
      tag('text', { x: x(tick), y: bottom + 14, class: 'tick' }, format(tick)),
    ]),
    rows,
    tag('text', { x: (NAMES + WIDTH - RIGHT) / 2, y: bottom + 32, class: 'tick' }, unit),
  )
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
