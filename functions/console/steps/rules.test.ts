import { describe, expect, it } from 'vitest'
import type { Step } from '../api.ts'
import { system } from '../web/i18n/en-system.ts'
import { bottleneckOf, type Facts } from './rules.ts'

const FIGURES = {
  state: 'up',
  reason: null,
  asOfMs: 0,
  replicas: 1,
  perSecond: 1_000,
  unit: 'events',
  p50Ms: 3,
  p99Ms: 9,
  batchItems: 20,
  queueItems: 0,
  queueLimit: 20_000,
  errorsPerSecond: 0,
  retriesPerSecond: 0,
  lag: null,
  cpu: 0.2,
  memoryBytes: 1e8,
  queries: [],
} as const satisfies Omit<Step, 'name' | 'from'>
const WAY = ['ingest', 'bridge', 'publisher', 'kafka', 'aggregator', 'valkey']
const steps = (changes: Readonly<Record<string, Partial<Step>>>): Step[] =>
  WAY.map((name, at) => ({ ...FIGURES, name, from: WAY.slice(at - 1, at), ...changes[name] }))
const facts = (changes: Readonly<Record<string, Partial<Step>>>, rest: Partial<Facts> = {}): Facts => ({
  steps: steps(changes),
  lags: [0, 0, 0],
  countedPerSecond: 1_000,
  ...rest,
})

describe('the bottleneck', () => {
  it.each<[string, Facts, string, string | null, string]>([
    ['nothing', facts({}), 'none', null, 'Nothing holds it up.'],
    [
      'Valkey is away',
      facts({ valkey: { state: 'away', reason: 'ECONNREFUSED' }, ingest: { queueItems: 20_000 } }),
      'away',
      'valkey',
      'valkey does not answer: ECONNREFUSED',
    ],
    [
      'a queue is full',
      facts({ bridge: { queueItems: 17_000 } }),
      'queueFull',
      'publisher',
      "publisher cannot keep up: bridge's queue is 85 % full",
    ],
    ['a queue at the bound', facts({ bridge: { queueItems: 16_000 } }), 'none', null, 'Nothing holds it up.'],
    [
      'the lag grows',
      facts({}, { lags: [900, 2_000, 2_100] }),
      'lagGrows',
      'aggregator',
      'aggregator counts 1000/s and less than what comes: 2100 records wait',
    ],
    [
      'the lag grows and is short',
      facts({}, { lags: [0, 900, 2_000] }),
      'none',
      null,
      'Nothing holds it up.',
    ],
    ['the lag shrinks', facts({}, { lags: [9_000, 8_000, 7_000] }), 'none', null, 'Nothing holds it up.'],
    [
      'much is refused',
      facts({ ingest: { errorsPerSecond: 20 } }),
      'refused',
      'ingest',
      'ingest refuses 20/s, 2 %',
    ],
    [
      'a core is full',
      facts({ publisher: { cpu: 1.9, replicas: 2 } }),
      'busy',
      'publisher',
      'publisher uses 1 cores for each replica: more replicas would help',
    ],
    [
      'it is slow from Kafka on',
      facts({ ingest: { p99Ms: 1_500 }, kafka: { p99Ms: 1_200 } }),
      'slow',
      'kafka',
      'kafka takes 1200 ms (p99)',
    ],
    [
      'nothing is known',
      facts(Object.fromEntries(WAY.map((name) => [name, { state: 'unknown', perSecond: null }]))),
      'unknown',
      null,
      'Nothing is known of the steps yet.',
    ],
  ])('%s', (_, given, id, step, sentence) => {
    const { rules, ...found } = bottleneckOf(given)
    expect(found).toMatchObject({ id, step, sentence })
    expect(rules.find(({ holds }) => holds)?.id).toBe(id === 'none' || id === 'unknown' ? undefined : id)
    expect(rules.every(({ rule, detail }) => rule !== '' && detail !== '')).toBe(true)
    expect(rules.map((rule) => rule.id)).toEqual(Object.keys(system.rules))
  })

  it('says what each rule was judged by, in words and in figures', () => {
    const given = facts({ bridge: { queueItems: 17_000 }, publisher: { cpu: 1.9, replicas: 2 } })
    const [away, queueFull, lagGrows] = bottleneckOf(given).rules
    expect(away?.looked[0]).toEqual({ step: 'ingest', value: 'up', unit: 'state' })
    expect(queueFull?.bounds).toEqual({ percent: 80 })
    expect(queueFull?.looked[1]).toEqual({ step: 'bridge', value: 85, unit: 'percent' })
    expect(queueFull?.detail).toContain('bridge 85 %')
    expect(lagGrows?.detail).toBe('0 records, 0 records, 0 records, 1000 counted/s')
  })
})
