/**
 * Counters and histograms that cost next to nothing to add to. prom-client finds a series by a text of its labels at
 * each observation: a third of a microsecond, several times an event. Here who counts holds its series, and prom-client
 * only writes them down (Prometheus text format 0.0.4: a bucket counts what is at most `le`).
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Metric, Registry } from 'prom-client'
import type { ReadGauge } from '../_core/metrics.ts'

export type Labels = Readonly<Record<string, string>>

interface Definition {
  readonly name: string
  readonly help: string
}

interface Sample {
  /** Where it is not the metric's own. */
  readonly metricName?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** @returns for each set of labels a function that adds to its series */
export function counterIn(registry: Registry, { name, help }: Definition) {
  const series = seriesOf(() => ({ value: 0 }))
  expose(registry, 'counter', { name, help }, () =>
    series.all.map(({ labels, state }) => ({ labels, value: state.value })),
  )
  return (labels: Labels) => {
    const state = series.of(labels)
    return (by = 1): void => {
      state.value += by
    }
  }
}

/** @returns for each set of labels a function that says how its value is read */
export function gaugeIn(registry: Registry, { name, help }: Definition) {
  const readers: Reader[] = []
  expose(registry, 'gauge', { name, help }, async () => {
    const samples = await Promise.all(readers.map(sampleOf))
    return samples.filter((sample) => sample !== undefined)
  })
  return (labels: Labels, read: ReadGauge): void => {
    readers.push({ labels, read })
  }
}

interface Reader {
  readonly labels: Labels
  readonly read: ReadGauge
}

/** Who asks for the metrics waits no longer for one of them, in milliseconds. */
const READ_MS = 1_000

async function sampleOf({ labels, read }: Reader): Promise<Sample | undefined> {
  try {
    const value = await Promise.race([read(), delay(READ_MS, undefined, { ref: false })])
    return value === undefined ? undefined : { labels, value }
  } catch {
    return undefined
  }
}

interface Distribution {
  /** Of the values in each bucket alone; the last one has no bound. */
  readonly counts: number[]
  sum: number
}

/** @returns for each set of labels a function that observes a value in its series */
export function histogramIn(
  registry: Registry,
  { name, help, buckets }: Definition & { readonly buckets: readonly number[] },
) {
  const series = seriesOf((): Distribution => ({ counts: new Array(buckets.length + 1).fill(0), sum: 0 }))
  expose(registry, 'histogram', { name, help }, () =>
    series.all.flatMap(({ labels, state }) => samplesOf(name, buckets, labels, state)),
  )
  return (labels: Labels) => {
    const state = series.of(labels)
    return (value: number): void => {
      const bucket = buckets.findIndex((bound) => value <= bound)
      const index = bucket < 0 ? buckets.length : bucket
      state.counts[index] = (state.counts[index] ?? 0) + 1
      state.sum += value
    }
  }
}

function samplesOf(
  name: string,
  buckets: readonly number[],
  labels: Labels,
  { counts, sum }: Distribution,
): Sample[] {
  let count = 0
  const cumulative = [...buckets, '+Inf'].map((le, index) => {
    count += counts[index] ?? 0
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: count }
  })
  return [
    ...cumulative,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

function seriesOf<State>(start: () => State) {
  const byText = new Map<string, { readonly labels: Labels; readonly state: State }>()
  return {
    of(labels: Labels): State {
      const text = JSON.stringify(labels)
      const series = byText.get(text) ?? { labels, state: start() }
      byText.set(text, series)
      return series.state
    },
    get all() {
      return [...byText.values()]
    },
  }
}

/** prom-client asks a metric for no more than this when it writes; its types ask for all that a metric of its own has. */
function expose(
  registry: Registry,
  type: 'counter' | 'histogram' | 'gauge',
  definition: Definition,
  read: () => readonly Sample[] | Promise<readonly Sample[]>,
): void {
  const metric: object = { ...definition, get: async () => ({ ...definition, type, values: await read() }) }
  registry.registerMetric(metric as Metric)
}
