/** The last minutes of each step's rate, which the console itself does not keep: for the small curves. */
import { shallowRef } from 'vue'
import { onFrame } from './state.ts'

/** Readings kept: two minutes of one a second. */
const KEPT = 120

/** By step, oldest first; null where it was not known. */
export const rates = shallowRef<ReadonlyMap<string, readonly (number | null)[]>>(new Map())

let readAtMs = 0

/** Begins with the page's life, so that the curves are there when the pipeline is looked at. */
export function keepRates(): void {
  onFrame(({ pipeline }) => {
    // Frames come more often than the steps are read.
    if (pipeline.asOfMs === readAtMs) return
    readAtMs = pipeline.asOfMs
    rates.value = new Map(
      pipeline.steps.map(({ name, perSecond }) => [
        name,
        [...(rates.value.get(name) ?? []), perSecond].slice(-KEPT),
      ]),
    )
  })
}
