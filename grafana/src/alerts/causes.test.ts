/** Each warning is quiet, fires, does not for a moment, ends, and says nothing without data. */
import { describe, expect, it } from 'vitest'
import { MISSING, PROMTOOL } from '../../_testing/prometheus.ts'
import { counter, type Scenario, testRules } from '../../_testing/promtool.ts'
import { CAUSES } from './causes.ts'

/** Steps of half a minute. */
const QUIET = 60
const INCIDENT = 80
const AFTER = 150
const MOMENT = 2

interface Cause {
  /** Values for a time that is good (false) or bad, for each step. */
  readonly series: (times: readonly boolean[]) => Scenario['series']
  readonly labels: { readonly [name: string]: string }
  /** Steps after a moment at which it fires: for what must not be missed. Left out: a moment is none. */
  readonly shownSteps?: number
}

/** Grows by 50 records a step in bad times, and is worked off in good ones. */
function lag(times: readonly boolean[]): number[] {
  let records = 0
  return times.map((isBad) => {
    records = isBad ? records + 50 : Math.max(0, records - 200)
    return records
  })
}

const gauge = (good: number, bad: number) => (times: readonly boolean[]) =>
  times.map((isBad) => (isBad ? bad : good))

const CASES: Record<string, Cause> = {
  CaudalFunctionDown: {
    series: (times) => ({
      'up{job="functions",instance="10.0.0.7:8080"}': gauge(1, 0)(times),
      'up{job="functions",instance="10.0.0.8:8080"}': gauge(1, 1)(times),
    }),
    labels: { instance: '10.0.0.7:8080' },
  },
  CaudalLagGrows: {
    series: (times) => ({
      'caudal_lag_records{topic="slow"}': lag(times),
      'caudal_lag_records{topic="quick"}': gauge(3, 3)(times),
    }),
    labels: { topic: 'slow' },
  },
  CaudalDataDisagree: {
    series: (times) => ({ 'caudal_data_disagree{function="aggregator"}': gauge(0, 1)(times) }),
    labels: {},
  },
  CaudalLostRecords: {
    series: (times) => ({
      'caudal_lost_records_total{function="kafka-source",topic="poor"}': counter(gauge(0, 1)(times)),
      'caudal_lost_records_total{function="kafka-source",topic="well"}': counter(gauge(0, 0)(times)),
    }),
    labels: { topic: 'poor' },
    shownSteps: 120,
  },
  CaudalMailsWait: {
    series: (times) => ({ 'caudal_mails_waiting{function="notifier"}': gauge(3, 200)(times) }),
    labels: {},
  },
  CaudalMailLate: {
    series: (times) => ({ 'caudal_mails_oldest_seconds{function="notifier"}': gauge(21_600, 21_601)(times) }),
    labels: {},
  },
  CaudalMailsGivenUp: {
    series: (times) => ({ 'caudal_mails_given_up{function="notifier"}': gauge(10, 11)(times) }),
    labels: {},
  },
  CaudalStuck: {
    series: (times) => ({
      'caudal_state_oldest_seconds{domain="things",state="Sent",pod="a"}': gauge(259_200, 259_201)(times),
      'caudal_state_oldest_seconds{domain="things",state="Made",pod="a"}': gauge(60, 60)(times),
    }),
    labels: { domain: 'things', state: 'Sent' },
  },
  CaudalValkeyMemory: {
    series: (times) => ({
      caudal_valkey_memory_bytes: gauge(100, 205)(times),
      caudal_valkey_memory_limit_bytes: gauge(256, 256)(times),
    }),
    labels: {},
  },
  CaudalValkeyAppendOnlyOff: {
    series: (times) => ({ caudal_valkey_append_only: gauge(1, 0)(times) }),
    labels: {},
  },
  CaudalRetries: {
    series: (times) => ({
      'caudal_retries_total{function="bridge",to="publisher"}': counter(gauge(0, 120)(times)),
    }),
    labels: { function: 'bridge', to: 'publisher' },
  },
}

const of = (steps: number, isBad: boolean): boolean[] => new Array(steps).fill(isBad)

function scenarios(alert: string, { series, labels, shownSteps = 0 }: Cause): Scenario[] {
  const end = QUIET + INCIDENT + AFTER
  return [
    {
      name: 'quiet, fires, ends',
      series: series([...of(QUIET, false), ...of(INCIDENT, true), ...of(AFTER, false)]),
      checks: [
        { step: QUIET - 1, alert, firing: [] },
        { step: QUIET + INCIDENT - 1, alert, firing: [labels] },
        { step: end - 1, alert, firing: [] },
      ],
    },
    {
      name: 'a moment',
      series: series([...of(QUIET, false), ...of(MOMENT, true), ...of(AFTER, false)]),
      checks: [1, 5, 10, 20, 30, AFTER - 1].map((at) => ({
        step: QUIET + at,
        alert,
        firing: at < shownSteps ? [labels] : [],
      })),
    },
    { name: 'no data', series: {}, checks: [{ step: 100, alert, firing: [] }] },
  ]
}

describe.skipIf(PROMTOOL === undefined)(`causes${PROMTOOL === undefined ? `: ${MISSING}` : ''}`, () => {
  it.each(CAUSES)('$alert', async (rule) => {
    const cause = CASES[rule.alert]
    if (cause === undefined) throw new Error(`${rule.alert} has no case here`)
    expect(await testRules([rule], scenarios(rule.alert, cause))).toBe('')
  })
})
