/** What the metrics of a function say it does: from two scrapes of its pods, each pod compared with itself. */
import type { Pods, Sample } from '../../_adapters/http/scrape.ts'
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../_core/metrics.ts'

export interface Scrape {
  readonly atMs: number
  readonly pods: Pods
}

type Labels = Readonly<Record<string, string>>
type Matches = (labels: Labels) => boolean

export class Rates {
  readonly #before: Scrape
  readonly #now: Scrape
  readonly seconds: number

  constructor(before: Scrape, now: Scrape) {
    this.#before = before
    this.#now = now
    this.seconds = (now.atMs - before.atMs) / 1000
  }

  get replicas(): number {
    return this.#now.pods.size
  }

  /** Null with less than two scrapes. */
  perSecond(name: string, matches: Matches = () => true): number | null {
    return this.seconds > 0 ? this.#grown(name, matches) / this.seconds : null
  }

  /** Now, over all pods; null where none has it. */
  sum(name: string, matches: Matches = () => true): number | null {
    const found = [...this.#now.pods.values()]
      .flat()
      .filter((sample) => sample.name === name && matches(sample.labels))
    return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0)
  }

  /** The mean of a histogram's observations in this time. */
  mean(name: string, matches: Matches = () => true): number | null {
    const count = this.#grown(`${name}_count`, matches)
    return count > 0 ? this.#grown(`${name}_sum`, matches) / count : null
  }

  /** As Prometheus' histogram_quantile does it: between the bounds of a bucket in a straight line. */
  quantile(share: number, name: string, matches: Matches = () => true): number | null {
    const bounds = new Set<string>()
    for (const sample of [...this.#now.pods.values()].flat()) {
      if (sample.name === `${name}_bucket` && matches(sample.labels)) bounds.add(sample.labels.le ?? '')
    }
    const buckets = [...bounds]
      .map((le) => ({
        le: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
        count: this.#grown(`${name}_bucket`, (labels) => labels.le === le && matches(labels)),
      }))
      .sort((one, other) => one.le - other.le)
    return quantileOf(share, buckets)
  }

  #grown(name: string, matches: Matches): number {
    let grown = 0
    for (const [pod, samples] of this.#now.pods) {
      const old = this.#before.pods.get(pod)
      // What a pod had counted before anybody looked was not in this time.
      if (old === undefined) continue
      const was = totalOf(old, name, matches)
      const is = totalOf(samples, name, matches)
      // It was started again under the same address, and counts from 0.
      grown += is >= was ? is - was : is
    }
    return grown
  }
}

function totalOf(samples: readonly Sample[], name: string, matches: Matches): number {
  let sum = 0
  for (const sample of samples) if (sample.name === name && matches(sample.labels)) sum += sample.value
  return sum
}

export interface Bucket {
  readonly le: number
  /** Of all up to this bound. */
  readonly count: number
}

/** @param buckets by their bounds, the last of which is infinite */
export function quantileOf(share: number, buckets: readonly Bucket[]): number | null {
  const total = buckets.at(-1)?.count ?? 0
  if (total <= 0) return null
  const rank = share * total
  const at = buckets.findIndex(({ count }) => count >= rank)
  const bucket = buckets[at]
  const below = buckets[at - 1] ?? { le: 0, count: 0 }
  if (bucket === undefined || bucket.le === Number.POSITIVE_INFINITY) return below.le
  const inside = bucket.count - below.count
  return below.le + (bucket.le - below.le) * (inside > 0 ? (rank - below.count) / inside : 1)
}

const REFUSED = /^(?:[45]\d\d|[1-9]\d?)$/

/** The figures of one function. @param to the step it hands events to */
export function functionFigures(rates: Rates, to: string) {
  const toNext: Matches = (labels) => labels.to === to
  const seconds = HISTOGRAMS.requestSeconds.name
  const milliseconds = (share: number) => times(rates.quantile(share, seconds), 1000)
  return {
    replicas: rates.replicas,
    perSecond: rates.perSecond(`${HISTOGRAMS.batchItems.name}_sum`, toNext),
    p50Ms: milliseconds(0.5),
    p99Ms: milliseconds(0.99),
    batchItems: rates.mean(HISTOGRAMS.batchItems.name, toNext),
    queueItems: rates.sum(GAUGES.queueItems.name, toNext),
    errorsPerSecond: rates.perSecond(COUNTERS.requests.name, ({ code = '' }) => REFUSED.test(code)),
    retriesPerSecond: rates.perSecond(COUNTERS.retries.name),
    cpu: rates.perSecond('process_cpu_seconds_total'),
    memoryBytes: rates.sum('process_resident_memory_bytes'),
  }
}

/** What a function says of a step that has no metrics of its own: its calls of it. */
export function callFigures(rates: Rates, to: string) {
  const toIt: Matches = (labels) => labels.to === to
  const seconds = HISTOGRAMS.callSeconds.name
  return {
    perSecond: rates.perSecond(`${seconds}_count`, toIt),
    p50Ms: times(rates.quantile(0.5, seconds, toIt), 1000),
    p99Ms: times(rates.quantile(0.99, seconds, toIt), 1000),
    batchItems: rates.mean(HISTOGRAMS.batchItems.name, toIt),
  }
}

const times = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor
