/** The steps as they are now: functions by their own metrics, Kafka and Valkey by what those that call them say. */
import type { Scraper } from '../../_adapters/http/scrape.ts'
import type { TopicPositions } from '../../_adapters/kafka/positions.ts'
import { QUEUE_ITEMS } from '../../_core/limits.ts'
import { COUNTERS, GAUGES } from '../../_core/metrics.ts'
import type { Clock } from '../../_core/ports.ts'
import { type FunctionName, PIPELINE, stepOf } from '../../_core/topology.ts'
import type { Pipeline, Step } from '../api.ts'
import { SCRAPE_MS } from '../limits.ts'
import { type Polled, polled } from './poll.ts'
import { promQueries } from './queries.ts'
import { callFigures, functionFigures, Rates, type Scrape } from './rates.ts'
import { bottleneckOf } from './rules.ts'

export interface PipelinePorts {
  readonly scraper: Pick<Scraper, 'scrape'>
  /** By the name of a function; one that is not there is unknown. */
  readonly scrapeUrls: Readonly<Record<string, string>>
  readonly positions: () => Polled<readonly TopicPositions[]>
  /** Why Valkey cannot be read; null when it can. */
  readonly valkeyProblem: () => string | null
  readonly clock: Clock
}

/** Scrapes that rates are taken over. */
const SCRAPES = 4
/** Readings of the lag that are kept. */
const LAGS = 5

const UNKNOWN = {
  replicas: null,
  perSecond: null,
  p50Ms: null,
  p99Ms: null,
  batchItems: null,
  queueItems: null,
  queueLimit: null,
  errorsPerSecond: null,
  retriesPerSecond: null,
  lag: null,
  cpu: null,
  memoryBytes: null,
} as const

/** What a function hands events to: the next function, or the server it needs. */
const nextOf = (name: FunctionName): string => stepOf(name).next?.step ?? stepOf(name).needs?.[0] ?? ''

type Watched = () => Polled<readonly Scrape[]>

export function pipelineWatch(ports: PipelinePorts): () => Pipeline {
  const { clock, positions, scrapeUrls } = ports
  const watched = new Map(PIPELINE.map((name) => [name, watchOf(ports, scrapeUrls[name])]))
  const lags: { asOfMs: number; lag: number; end: number }[] = []
  return () => {
    const log = positions()
    const last = lags.at(-1)
    if (log.value !== undefined && log.asOfMs !== null && log.asOfMs !== last?.asOfMs) {
      lags.push({ asOfMs: log.asOfMs, ...sizesOf(log.value) })
      if (lags.length > LAGS) lags.shift()
    }
    const scrapes = new Map([...watched].map(([name, watch]) => [name, watch?.()]))
    const functions = PIPELINE.map((name) => functionStep(name, scrapes.get(name), scrapeUrls[name], clock()))
    const kafka = kafkaStep(log, lags, ratesOf(scrapes.get('publisher')))
    const valkey = valkeyStep(ports.valkeyProblem(), scrapes.get('aggregator'), clock())
    const [aggregator] = functions.slice(-1)
    const steps = [...functions.slice(0, -1), kafka, ...(aggregator ? [aggregator] : []), valkey]
    const bottleneck = bottleneckOf({
      steps,
      lags: lags.map(({ lag }) => lag),
      countedPerSecond: aggregator?.perSecond ?? null,
    })
    return { asOfMs: clock(), steps, bottleneck }
  }
}

function watchOf({ scraper, clock }: PipelinePorts, url: string | undefined): Watched | undefined {
  if (url === undefined) return undefined
  const scrapes: Scrape[] = []
  return polled(
    async () => {
      scrapes.push({ pods: await scraper.scrape(url), atMs: clock() })
      if (scrapes.length > SCRAPES) scrapes.shift()
      return [...scrapes]
    },
    SCRAPE_MS,
    clock,
  )
}

const ratesOf = (seen: Polled<readonly Scrape[]> | undefined): Rates | undefined => {
  const [first, last] = [seen?.value?.[0], seen?.value?.at(-1)]
  return first === undefined || last === undefined ? undefined : new Rates(first, last)
}

function functionStep(
  name: FunctionName,
  seen: Polled<readonly Scrape[]> | undefined,
  url: string | undefined,
  nowMs: number,
): Step {
  const rates = ratesOf(seen)
  const from = PIPELINE.filter((other) => stepOf(other).next?.step === name)
  const before = from.length > 0 ? from : stepOf(name).needs?.includes('valkey') ? ['kafka'] : []
  const base = {
    name,
    from: [...before],
    unit: 'events' as const,
    queries: promQueries(name, nextOf(name), url),
  }
  if (seen === undefined) {
    return { ...UNKNOWN, ...base, state: 'unknown', reason: 'SCRAPE_URLS does not name it', asOfMs: null }
  }
  const state = seen.problem !== null ? 'away' : rates === undefined ? 'unknown' : 'up'
  const asleep = rates?.replicas === 0 ? 'scaled to zero' : null
  const figures = rates === undefined || state === 'away' ? UNKNOWN : functionFigures(rates, nextOf(name))
  return {
    ...UNKNOWN,
    ...base,
    ...figures,
    queueLimit: figures.replicas ? figures.replicas * QUEUE_ITEMS : null,
    state,
    reason: seen.problem ?? asleep,
    asOfMs: seen.asOfMs ?? nowMs,
  }
}

interface Lag {
  readonly asOfMs: number
  readonly lag: number
  readonly end: number
}

function sizesOf(topics: readonly TopicPositions[]): { lag: number; end: number } {
  const all = topics.flatMap(({ partitions }) => partitions)
  return {
    lag: all.reduce((sum, { end, committed }) => sum + Math.max(0, end - committed), 0),
    end: all.reduce((sum, { end }) => sum + end, 0),
  }
}

function kafkaStep(
  log: Polled<readonly TopicPositions[]>,
  lags: readonly Lag[],
  publisher: Rates | undefined,
): Step {
  const [first, last] = [lags[0], lags.at(-1)]
  const seconds = first && last ? (last.asOfMs - first.asOfMs) / 1000 : 0
  const calls = publisher === undefined ? UNKNOWN : callFigures(publisher, 'kafka')
  return {
    ...UNKNOWN,
    name: 'kafka',
    from: ['publisher'],
    state: log.problem !== null ? 'away' : log.value === undefined ? 'unknown' : 'up',
    reason: log.problem,
    asOfMs: log.asOfMs,
    perSecond: first && last && seconds > 0 ? (last.end - first.end) / seconds : null,
    unit: 'records',
    p50Ms: calls.p50Ms,
    p99Ms: calls.p99Ms,
    batchItems: calls.batchItems,
    lag: last?.lag ?? null,
    queries: [{ tool: 'promql', text: `sum by (topic) (${GAUGES.lagRecords.name})` }],
  }
}

function valkeyStep(
  problem: string | null,
  seen: Polled<readonly Scrape[]> | undefined,
  nowMs: number,
): Step {
  const rates = ratesOf(seen)
  const calls = rates === undefined ? UNKNOWN : callFigures(rates, 'valkey')
  return {
    ...UNKNOWN,
    name: 'valkey',
    from: ['aggregator'],
    state: problem === null ? 'up' : 'away',
    reason: problem,
    asOfMs: nowMs,
    ...calls,
    unit: 'requests',
    memoryBytes: rates?.sum(GAUGES.valkeyMemoryBytes.name) ?? null,
    queries: [
      { tool: 'promql', text: `sum by (domain) (rate(${COUNTERS.counted.name}[1m]))` },
      { tool: 'promql', text: GAUGES.valkeyMemoryBytes.name },
    ],
  }
}
