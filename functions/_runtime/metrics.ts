/** The metrics registry on prom-client, with the process figures that cost nothing while nobody reads them. */
import { collectDefaultMetrics, Registry } from 'prom-client'
import { COUNTERS, GAUGES, HISTOGRAMS, type Metrics } from '../_core/metrics.ts'
import { counterIn, gaugeIn, histogramIn } from './metric-series.ts'

/** The default of 10 ms would wake an idle process a hundred times a second. */
const EVENT_LOOP_SAMPLE_MS = 1_000

/** @param role the label `function` of every series */
export function createMetrics(role: string): Metrics {
  const registry = new Registry()
  registry.setDefaultLabels({ function: role })
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS })
  const counters = mapValues(COUNTERS, (definition) => counterIn(registry, definition))
  const histograms = mapValues(HISTOGRAMS, (definition) => histogramIn(registry, definition))
  const gauges = mapValues(GAUGES, (definition) => gaugeIn(registry, definition))
  return {
    counter: (name, labels) => counters[name](labels),
    histogram: (name, labels) => histograms[name](labels),
    gauge: (name, labels, read) => gauges[name](labels, read),
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
