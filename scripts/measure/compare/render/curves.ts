/** Percentile curves: how long the slowest share of requests took, the axis stretched towards the slowest. */
import { type Markup, tag } from './markup.ts'
import { linear, ticksTo } from './scale.ts'

export interface Curve {
  readonly name: string
  /** The class of its colour. */
  readonly colour: string
  readonly points: readonly { readonly share: number; readonly ms: number }[]
}

export interface CurveChart {
  /** Read aloud in place of the picture. */
  readonly label: string
  readonly unit: string
  readonly curves: readonly Curve[]
  readonly formatMs: (ms: number) => string
  readonly formatShare: (share: number) => string
}

/** What the axis names; each is as far from the one before. */
export const SHARES = [0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995, 0.999]
const WIDTH = 760
const HEIGHT = 300
const LEFT = 60
const RIGHT = 20
const TOP = 24
const AXIS = 44
const LEGEND_STEP = 220

export function curveChart({ label, unit, curves, formatMs, formatShare }: CurveChart): Markup {
  const all = curves.flatMap(({ points }) => points)
  const ticks = ticksTo(Math.max(...all.map(({ ms }) => ms), Number.MIN_VALUE))
  const named = SHARES.filter((share) => all.some((point) => point.share >= share))
  const x = linear([0, Math.max(1, named.length - 1)], [LEFT, WIDTH - RIGHT])
  const y = linear([0, ticks.at(-1) ?? 1], [HEIGHT - AXIS, TOP])
  return tag(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    ticks.map((tick) => [
      tag('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick), class: 'grid' }),
      tag('text', { x: LEFT - 6, y: y(tick), class: 'name' }, formatMs(tick)),
    ]),
    named.map((share, place) =>
      tag('text', { x: x(place), y: HEIGHT - AXIS + 16, class: 'tick' }, formatShare(share)),
    ),
    curves.map(({ name, colour, points }, index) => {
      const places = points.flatMap(({ share, ms }) => {
        const place = named.indexOf(share)
        return place < 0 ? [] : [`${x(place)} ${y(ms)}`]
      })
      const legend = LEFT + index * LEGEND_STEP
      return [
        tag('path', { d: `M${places.join('L')}`, class: `curve ${colour}` }),
        tag('rect', { x: legend, y: 4, width: 12, height: 12, class: colour }),
        tag('text', { x: legend + 18, y: 10, class: 'value' }, name),
      ]
    }),
    tag('text', { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 8, class: 'tick' }, unit),
  )
}
