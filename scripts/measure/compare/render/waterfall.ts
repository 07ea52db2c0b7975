/** A waterfall: from one figure to another, step by step. */
import { type Markup, tag } from './markup.ts'
import { placeOf, rowChart, rowName } from './row-chart.ts'
import { ticksTo } from './scale.ts'

export interface Step {
  readonly name: string
  /** What it adds; of the first and the last the whole. */
  readonly value: number
}

export interface Waterfall {
  /** Read aloud in place of the picture. */
  readonly label: string
  readonly unit: string
  readonly from: Step
  readonly steps: readonly Step[]
  readonly to: Step
  readonly format: (value: number) => string
  readonly formatChange: (value: number) => string
}

const ROW = 28
const BAR = 18

export function waterfall({ label, unit, from, steps, to, format, formatChange }: Waterfall): Markup {
  let sum = from.value
  const moves = steps.map(({ name, value }) => {
    const start = sum
    sum += value
    return { name, start, end: sum, text: formatChange(value), colour: value < 0 ? 'gain' : 'cost' }
  })
  const ends = { start: 0, colour: 'whole' }
  const rows = [
    { ...ends, name: from.name, end: from.value, text: format(from.value) },
    ...moves,
    { ...ends, name: to.name, end: to.value, text: format(to.value) },
  ]
  const reached = rows.flatMap(({ start, end }) => [start, end])
  const ticks = ticksTo(Math.max(...reached), Math.min(0, ...reached))
  const x = placeOf(ticks[0] ?? 0, ticks.at(-1) ?? 1)
  return rowChart(
    { label, unit, ticks, format, height: rows.length * ROW },
    x,
    rows.map(({ name, start, end, text, colour }, row) => {
      const [left, right] = [Math.min(x(start), x(end)), Math.max(x(start), x(end))]
      const middle = row * ROW + ROW / 2
      return [
        rowName(name, middle),
        tag('rect', {
          x: left,
          y: middle - BAR / 2,
          width: Math.max(1, right - left),
          height: BAR,
          class: colour,
        }),
        tag('text', { x: right + 6, y: middle, class: 'value' }, text),
      ]
    }),
  )
}
