/** Each objective's alerts are quiet, fire, do not for a moment, end, and say nothing where nothing is known. */
import { describe, expect, it } from 'vitest'
import { MISSING, PROMTOOL } from '../../_testing/prometheus.ts'
import { counter, type Scenario, STEP_S, testRules } from '../../_testing/promtool.ts'
import { alertsOf, BURNS, type Burn, recordsOf, rulesFor } from './burn-rates.ts'
import { OBJECTIVES } from './objectives.ts'

/** Events in a step, in the good times and the bad. */
const EVENTS = 60
/** A share of failures for each step. */
type Profile = readonly number[]

const counters = (profile: Profile, events = EVENTS) => {
  const failed = profile.map((share) => Math.round(share * events))
  return {
    all: counter(profile.map(() => events)),
    bad: counter(failed),
    good: counter(failed.map((count) => events - count)),
  }
}

/** What Prometheus scrapes while the objective fares like this. */
const SERIES: Record<string, (profile: Profile, events?: number) => Scenario['series']> = {
  availability: (profile, events) => {
    const { good, bad } = counters(profile, events)
    return {
      'caudal_requests_total{function="ingest",code="200"}': good,
      'caudal_requests_total{function="ingest",code="503"}': bad,
    }
  },
  latency: (profile, events) => {
    const { all, good } = counters(profile, events)
    return {
      'caudal_request_duration_seconds_count{function="ingest"}': all,
      'caudal_request_duration_seconds_bucket{function="ingest",le="1"}': good,
    }
  },
  freshness: (profile, events) => {
    const { all, good } = counters(profile, events)
    return {
      caudal_visibility_seconds_count: all,
      'caudal_visibility_seconds_bucket{le="5"}': good,
      caudal_stored_total: all,
      caudal_counted_total: all,
    }
  },
  reconcile_gap: (profile) => ({
    'caudal_gap_records{topic="one"}': profile.map(() => 0),
    'caudal_gap_records{topic="two"}': profile.map((share) => Math.round(share * 3)),
  }),
  dead_letters: (profile, events) => {
    const { good, bad } = counters(profile, events)
    return { caudal_counted_total: good, 'caudal_dead_letters_total{reason="invalid"}': bad }
  },
}

/** What flows while an objective's own series are not there. */
const ELSEWHERE: Record<string, string> = {
  availability: 'caudal_requests_total{function="bridge",code="200"}',
  latency: 'caudal_request_duration_seconds_count{function="bridge"}',
  freshness: 'caudal_batch_items_count{to="kafka"}',
  reconcile_gap: 'caudal_stored_total',
  dead_letters: 'caudal_stored_total',
}

/** Days are evaluated less often than hours: promtool takes as long for each evaluation. */
const STEPS_S: Record<string, number> = { '1h': STEP_S, '6h': 2 * STEP_S, '3d': 4 * STEP_S }
const stepOf = ({ long }: Burn): number => STEPS_S[long] ?? STEP_S

const steps = (duration: string, stepS: number): number => {
  const unit = { m: 60, h: 3600, d: 86_400 }[duration.at(-1) ?? ''] ?? 0
  return (Number.parseInt(duration, 10) * unit) / stepS
}
const of = (count: number, share: number): number[] => new Array(count).fill(share)
/** Rates are of five minutes: this long after an incident they have all of it, and this long until they forget it. */
const SEEN = 5
const FORGOTTEN = 12
const NONE: readonly [] = []

const title = (name: string) => OBJECTIVES.find((one) => one.name === name)?.title ?? ''

/** A good time, an incident that uses up what the long window allows, and a good time again. */
function incident(name: string, target: number, burn: Burn): Scenario {
  const stepS = stepOf(burn)
  const share = burn.factor * (1 - target)
  const before = Math.min(steps(burn.long, stepS), steps('6h', stepS))
  const during = Math.ceil((2.5 * share * before) / (1 - share))
  const after = steps(burn.short, stepS) + FORGOTTEN
  const alert = `Caudal${title(name)}${burn.title}`
  return {
    name: `${alert} is quiet, fires and ends`,
    series: SERIES[name]?.([...of(before, 0), ...of(during, 1), ...of(after, 0)]) ?? {},
    checks: [
      { step: before - 1, alert, firing: NONE },
      { step: before + during + SEEN, alert, firing: [{}] },
      { step: before + during + after - 1, alert, firing: NONE },
    ],
  }
}

/** The short window alone is full of failures: of a step of its own, since it is short. */
function moment(name: string, target: number, burn: Burn): Scenario {
  const share = burn.factor * (1 - target)
  const before = Math.min(steps(burn.long, STEP_S), steps('9h', STEP_S))
  const during = Math.ceil(share * steps(burn.short, STEP_S) * 1.1)
  const alert = `Caudal${title(name)}${burn.title}`
  const ratio = `caudal:${name}:error_ratio:${burn.short}`
  return {
    name: `${alert} is not for a moment (${ratio})`,
    series: SERIES[name]?.([...of(before, 0), ...of(during, 1), ...of(FORGOTTEN, 0)]) ?? {},
    checks: of(FORGOTTEN, 0).map((_, at) => ({ step: before + during + at - 1, alert, firing: NONE })),
  }
}

const few = (name: string, burn: Burn): Scenario => ({
  name: 'a few failures wake nobody',
  series: SERIES[name]?.(of(name === 'reconcile_gap' ? 3 : 60, 1), 1) ?? {},
  checks: [{ step: 70, alert: `Caudal${title(name)}${burn.title}`, firing: NONE }],
})

const nothing = (name: string, what: string): Scenario => ({
  name: 'without data nothing fires',
  series: {},
  checks: [{ step: 200, alert: `Caudal${title(name)}${what}`, firing: NONE }],
})

const unwatched = (name: string): Scenario => ({
  name: 'events flow, and the objective has no value',
  series: { [ELSEWHERE[name] ?? '']: counter(of(100, EVENTS)) },
  checks: [
    { step: 20, alert: `Caudal${title(name)}Unknown`, firing: NONE },
    { step: 60, alert: `Caudal${title(name)}Unknown`, firing: [{}] },
  ],
})

const cases = OBJECTIVES.flatMap((objective) => BURNS.map((burn) => [objective, burn] as const))
describe.skipIf(PROMTOOL === undefined)(`objectives${PROMTOOL === undefined ? `: ${MISSING}` : ''}`, () => {
  it.each(cases.map(([objective, burn]) => [objective.title, burn.title, objective, burn] as const))(
    '%s %s is quiet, fires, ends, and is not for a moment or for a few',
    async (_, __, objective, burn) => {
      const { name, target } = objective
      const scenarios = [incident(name, target, burn), nothing(name, burn.title)]
      const stepS = stepOf(burn)
      expect(await testRules(rulesFor(objective, burn, stepS), scenarios, stepS)).toBe('')
      const short = [moment(name, target, burn), few(name, burn)]
      expect(await testRules(rulesFor(objective, burn, STEP_S), short)).toBe('')
    },
  )

  it.each(OBJECTIVES)('$title is missed where events flow and nobody sees them', async (objective) => {
    const rules = [...recordsOf(objective), ...alertsOf(objective)]
    const scenarios = [unwatched(objective.name), nothing(objective.name, 'Unknown')]
    expect(await testRules(rules, scenarios)).toBe('')
  })

  it('Freshness: what is stored and never counted is late', async () => {
    const freshness = OBJECTIVES.find(({ name }) => name === 'freshness')
    const [fast] = BURNS
    if (freshness === undefined || fast === undefined) throw new Error('no such objective')
    const counted = counter([...of(60, EVENTS), ...of(60, 0)])
    const scenario = {
      name: 'counting stops',
      series: {
        caudal_stored_total: counter(of(120, EVENTS)),
        caudal_counted_total: counted,
        caudal_visibility_seconds_count: counted,
        'caudal_visibility_seconds_bucket{le="5"}': counted,
      },
      checks: [
        { step: 59, alert: 'CaudalFreshnessFastBurn', firing: NONE },
        { step: 100, alert: 'CaudalFreshnessFastBurn', firing: [{}] },
      ],
    }
    expect(await testRules(rulesFor(freshness, fast, STEP_S), [scenario])).toBe('')
  })
})
