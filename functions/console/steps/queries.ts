/** The figures of a step, as Prometheus and curl give them. */
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../_core/metrics.ts'
import type { Query } from '../api.ts'

const WINDOW = '1m'

/** @param to the step that this one hands events to; @param url of its metrics */
export function promQueries(name: string, to: string, url: string | undefined): Query[] {
  const own = `function="${name}"`
  const promql = (text: string): Query => ({ tool: 'promql', text })
  const quantile = (share: number): Query =>
    promql(
      `histogram_quantile(${share}, sum by (le) (rate(${HISTOGRAMS.requestSeconds.name}_bucket{${own}}[${WINDOW}])))`,
    )
  const batch = (part: string): string =>
    `sum(rate(${HISTOGRAMS.batchItems.name}_${part}{${own},to="${to}"}[${WINDOW}]))`
  return [
    promql(batch('sum')),
    quantile(0.5),
    quantile(0.99),
    promql(`${batch('sum')} / ${batch('count')}`),
    promql(`sum(${GAUGES.queueItems.name}{${own}})`),
    promql(`sum by (endpoint, code) (rate(${COUNTERS.requests.name}{${own}}[${WINDOW}]))`),
    ...(url === undefined ? [] : [{ tool: 'http' as const, text: `curl -s ${url}` }]),
  ]
}
