/** From values to places in a chart. */

const NICE_STEPS = [1, 2, 2.5, 5, 10]
const TICKS = 5

/** @returns round numbers from 0 that reach as far as `max` */
export function ticksTo(max: number, least = 0): readonly number[] {
  const raw = (max - least) / TICKS
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = (NICE_STEPS.find((nice) => nice * power >= raw) ?? 10) * power
  const first = Math.floor(least / step)
  const count = Math.ceil(max / step) - first + 1
  // Multiplied, not added up: 0.1 + 0.2 would be shown.
  return Array.from({ length: count }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

export const linear =
  ([from, to]: readonly [number, number], [left, right]: readonly [number, number]) =>
  (value: number): number =>
    left + ((value - from) / (to - from)) * (right - left)
