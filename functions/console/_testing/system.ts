/** A pipeline and a proof as the contract has them, for pages that are tested without the system. */
import type { Pipeline, Proof, Step } from '../api.ts'

const QUERIES: Step['queries'] = [
  { tool: 'promql', text: 'sum(rate(caudal_requests_total[1m])) by (function)' },
]
const PARTITIONS = 6

const FUNCTIONS: readonly (readonly [string, string[], Step['unit']])[] = [
  ['ingest', ['client'], 'events'],
  ['bridge', ['ingest'], 'events'],
  ['publisher', ['bridge'], 'events'],
  ['kafka', ['publisher'], 'records'],
  ['aggregator', ['kafka'], 'records'],
  ['valkey', ['aggregator'], 'requests'],
]

export function pipelineOf(perSecond: number, asOfMs: number): Pipeline {
  const steps = FUNCTIONS.map(([name, from, unit], index): Step => {
    const isFunction = name !== 'kafka' && name !== 'valkey'
    return {
      name,
      from,
      state: 'up',
      reason: null,
      asOfMs,
      replicas: isFunction ? 1 : null,
      perSecond,
      unit,
      p50Ms: 2 + index,
      p99Ms: 9 + 4 * index,
      batchItems: isFunction ? 24 : null,
      queueItems: isFunction ? 40 * index : null,
      queueLimit: isFunction ? 20_000 : null,
      errorsPerSecond: isFunction ? 0 : null,
      retriesPerSecond: isFunction ? 0 : null,
      lag: name === 'kafka' ? 12 : null,
      cpu: isFunction ? 0.21 : null,
      memoryBytes: isFunction ? 90_000_000 : null,
      queries: QUERIES,
    }
  })
  return {
    asOfMs,
    steps,
    bottleneck: {
      id: 'none',
      step: null,
      sentence: 'Nothing holds it up: every step takes what comes.',
      values: {},
      rules: [
        {
          id: 'queueFull',
          rule: 'a queue is more than 80 % full: the step behind it cannot keep up',
          bounds: { percent: 80 },
          holds: false,
          detail: 'ingest 1.5 %, bridge 40 %',
          looked: [
            { step: 'ingest', value: 1.5, unit: 'percent' },
            { step: 'bridge', value: 40, unit: 'percent' },
          ],
        },
        {
          id: 'lagGrows',
          rule: 'more records wait at each of 3 readings, and counting them takes more than 2 s',
          bounds: { readings: 3, seconds: 2 },
          holds: false,
          detail: '12 records, 500 counted/s',
          looked: [
            { step: null, value: 12, unit: 'records' },
            { step: null, value: 500, unit: 'perSecond' },
          ],
        },
      ],
    },
  }
}

const TOPICS: readonly (readonly [string, string])[] = [
  ['sales', 'ventas-blackfriday'],
  ['votes', 'votos'],
]

/** @param missing records of the first partition that nobody accounts for */
export function proofOf(counts: ReadonlyMap<string, number>, asOfMs: number, missing = 0): Proof {
  const topics = TOPICS.map(([domain, topic], index) => {
    const events = counts.get(domain) ?? 0
    const gap = index === 0 ? missing : 0
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => {
      const counted = Math.floor(events / PARTITIONS) + (partition < events % PARTITIONS ? 1 : 0)
      const waiting = partition === 2 ? 2 : 0
      const own = partition === 0 ? gap : 0
      return {
        topic,
        partition,
        accepted: counted + waiting + own,
        counted,
        waiting,
        dead: 0,
        gap: own,
        gaps: own > 0 ? [{ from: 40, to: 40 + own }] : [],
      }
    })
    const sum = (name: 'accepted' | 'counted' | 'waiting' | 'dead') =>
      partitions.reduce((total, one) => total + one[name], 0)
    return {
      domain,
      topic,
      holds: gap === 0,
      accepted: sum('accepted'),
      counted: sum('counted'),
      waiting: sum('waiting'),
      dead: sum('dead'),
      gap,
      partitions,
      eventsCounted: events,
      eventsDuplicate: 3,
    }
  })
  return {
    state: missing > 0 ? 'broken' : 'holds',
    reason: missing > 0 ? `${missing} records of ventas-blackfriday are accounted for by nobody` : null,
    cause: missing > 0 ? { id: 'missing', values: { 'ventas-blackfriday': missing } } : null,
    asOfMs,
    kafkaAsOfMs: asOfMs,
    valkeyAsOfMs: asOfMs,
    topics,
    queries: [{ tool: 'valkey-cli', text: 'valkey-cli HGETALL proof' }],
  }
}
