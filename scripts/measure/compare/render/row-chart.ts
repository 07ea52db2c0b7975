/** What charts with a row for each name have in common: names at the left, a grid with its ticks, the unit below. */
import { type Child, type Markup, tag } from './markup.ts'
import { linear } from './scale.ts'

const WIDTH = 760
/** Where names end and values begin. */
const NAMES = 230
const RIGHT = 90
const AXIS = 40

export interface RowChart {
  /** Read aloud in place of the picture. */
  readonly label: string
  readonly unit: string
  readonly ticks: readonly number[]
  readonly format: (value: number) => string
  /** In pixels. */
  readonly height: number
}

/** The place of a value, from the first tick to the last. */
export const placeOf = (from: number, to: number): ((value: number) => number) =>
  linear([from, to], [NAMES, WIDTH - RIGHT])

export const rowName = (name: string, middle: number): Markup =>
  tag('text', { x: NAMES - 8, y: middle, class: 'name' }, name)

/** @param x as {@link placeOf} made it */
export const rowChart = (
  { label, unit, ticks, format, height }: RowChart,
  x: (value: number) => number,
  rows: Child,
): Markup =>
  tag(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${height + AXIS}`, role: 'img', 'aria-label': label },
    ticks.map((tick) => [
      tag('line', { x1: x(tick), x2: x(tick), y1: 0, y2: height, class: 'grid' }),
      tag('text', { x: x(tick), y: height + 14, class: 'tick' }, format(tick)),
    ]),
    rows,
    tag('text', { x: (NAMES + WIDTH - RIGHT) / 2, y: height + 32, class: 'tick' }, unit),
  )
