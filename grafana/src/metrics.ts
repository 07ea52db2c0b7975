/** PromQL that several dashboards and alerts need; names and labels are the registry's. */
import { COUNTERS, HISTOGRAMS } from '../../functions/_core/metrics.ts'

const [endpoint, code] = COUNTERS.requests.labels
export const ENDPOINT = endpoint
export const [DOMAIN] = COUNTERS.counted.labels
export const [TO] = HISTOGRAMS.callSeconds.labels
export const [REASON] = COUNTERS.deadLetters.labels
export const [RESULT] = COUNTERS.mails.labels

/** The window of a rate in a panel: Grafana makes it fit the resolution, and four scrapes at least. */
const PANEL_WINDOW = '$__rate_interval'

/** Ours, not the client's: HTTP 5xx and 429, and gRPC's RESOURCE_EXHAUSTED, INTERNAL and UNAVAILABLE. */
export const OUR_FAULT = `${code}=~"5..|429|8|13|14"`

interface Histogram {
  readonly name: string
}

/** `sum by (function) (…)`, or `sum(…)`. */
const sum = (by: readonly string[], series: string): string =>
  by.length === 0 ? `sum(${series})` : `sum by (${by.join(', ')}) (${series})`

/** @param by labels that stay apart; @param match matchers, as `{function="ingest"}` */
export const quantile = (
  which: number,
  { name }: Histogram,
  by: readonly string[],
  match = '',
  window = PANEL_WINDOW,
): string => `histogram_quantile(${which}, ${sum(['le', ...by], `rate(${name}_bucket${match}[${window}])`)})`

/** The mean of what a histogram observed. */
export const mean = ({ name }: Histogram, by: readonly string[], window = PANEL_WINDOW): string =>
  `${perSecond(`${name}_sum`, by, window)} / ${perSecond(`${name}_count`, by, window)}`

/** Of a counter, a second. */
export const perSecond = (series: string, by: readonly string[] = [], window = PANEL_WINDOW): string =>
  sum(by, `rate(${series}[${window}])`)

/** Of a counter that is not there before something of it happens: 0 until then, wherever `basis` has something. */
export const orZero = (series: string, basis: string): string => `(${series} or 0 * ${basis})`
