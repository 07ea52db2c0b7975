/** The metrics registry on prom-client, with the process figures that cost nothing while nobody reads them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { COUNTERS, GAUGES, HISTOGRAMS, type Metrics } from '../_core/metrics.ts'

/** The default of 10 ms would wake an idle process a hundred times a second. */
const EVENT_LOOP_SAMPLE_MS = 1_000

interface Definition {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

/** @param role the label `function` of every series */
export function createMetrics(role: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ function: role })
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS })
  const config = ({ name, help, labels }: Definition) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  })
  const counters = mapValues(COUNTERS, (definition) => new Counter(config(definition)))
  const histograms = mapValues(
    HISTOGRAMS,
    (definition) => new Histogram({ ...config(definition), buckets: [...definition.buckets] }),
  )
  return {
    counter: (name, labels) => {
      const child = counters[name].labels(labels)
      return (by = 1) => child.inc(by)
    },
    histogram: (name, labels) => {
      const child = histograms[name].labels(labels)
      return (value) => child.observe(value)
    },
    gauge: (name, labels, read) => {
      new Gauge({
        ...config(GAUGES[name]),
        collect() {
          this.labels(labels).set(read())
        },
      })
    },
    expose: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

function mapValues<Key extends string, From, To>(
  from: Readonly<Record<Key, From>>,
  map: (value: From) => To,
) {
  const entries = Object.entries<From>(from).map(([key, value]) => [key, map(value)])
  return Object.fromEntries(entries) as Record<Key, To>
}
