/**
 * What holds the pipeline up now, by rules that are tried in order: what is away explains what is full, what is full
 * explains what is slow. Each says its bound, so that a reader can judge the judgement.
 */
import type { Bottleneck, Looked, Rule, Step } from '../api.ts'

export interface Facts {
  readonly steps: readonly Step[]
  /** Records that wait, in the last readings, the newest last. */
  readonly lags: readonly number[]
  /** Events a second that were counted. */
  readonly countedPerSecond: number | null
}

interface Found {
  readonly step: string
  readonly sentence: string
  readonly values: Readonly<Record<string, string | number>>
}

interface RuleOf {
  readonly id: string
  readonly rule: string
  readonly bounds: Readonly<Record<string, number>>
  find(facts: Facts): Found | undefined
  look(facts: Facts): Looked[]
}

const QUEUE_SHARE = 0.8
const REFUSED_SHARE = 0.01
const LAG_READINGS = 3
const LAG_SECONDS = 2
const BUSY_CORES = 0.9
const SLOW_MS = 1_000

const percent = (share: number): number => Math.round(share * 100)
const round = (value: number): number => Math.round(value * 10) / 10

const perStep = (
  { id, rule, bounds }: Pick<RuleOf, 'id' | 'rule' | 'bounds'>,
  read: (step: Step) => number | null,
  unit: 'percent' | 'cores' | 'ms',
  find: RuleOf['find'],
): RuleOf => ({
  id,
  rule,
  bounds,
  find,
  look: ({ steps }) =>
    steps.flatMap((step) => {
      const value = read(step)
      if (value === null) return []
      return [{ step: step.name, value: round(unit === 'percent' ? value * 100 : value), unit }]
    }),
})

const first = (facts: Facts, of: (step: Step) => Found | undefined): Found | undefined => {
  for (const step of facts.steps) {
    const found = of(step)
    if (found !== undefined) return found
  }
  return undefined
}

const queueShare = ({ queueItems, queueLimit }: Step): number | null =>
  queueItems === null || !queueLimit ? null : queueItems / queueLimit
const refusedShare = ({ errorsPerSecond, perSecond }: Step): number | null =>
  errorsPerSecond === null || !perSecond ? null : errorsPerSecond / perSecond
const coresEach = ({ cpu, replicas }: Step): number | null =>
  cpu === null || !replicas ? null : cpu / replicas

/** The step that this one hands to, by who names it as where it comes from. */
const nextOf = ({ name }: Step, { steps }: Facts): string =>
  steps.find(({ from }) => from.includes(name))?.name ?? name

const RULES: readonly RuleOf[] = [
  {
    id: 'away',
    rule: 'a step does not answer',
    bounds: {},
    find: (facts) =>
      first(facts, ({ name, state, reason }) =>
        state === 'away'
          ? { step: name, sentence: `${name} does not answer: ${reason}`, values: { reason: reason ?? '' } }
          : undefined,
      ),
    look: ({ steps }) => steps.map(({ name, state }) => ({ step: name, value: state, unit: 'state' })),
  },
  perStep(
    {
      id: 'queueFull',
      rule: `a queue is more than ${percent(QUEUE_SHARE)} % full: the step behind it cannot keep up`,
      bounds: { percent: percent(QUEUE_SHARE) },
    },
    queueShare,
    'percent',
    (facts) =>
      first(facts, (step) => {
        const share = queueShare(step)
        if (share === null || share <= QUEUE_SHARE) return undefined
        const next = nextOf(step, facts)
        const values = { queue: step.name, percent: percent(share) }
        return {
          step: next,
          sentence: `${next} cannot keep up: ${step.name}'s queue is ${percent(share)} % full`,
          values,
        }
      }),
  ),
  {
    id: 'lagGrows',
    rule: `more records wait at each of ${LAG_READINGS} readings, and counting them takes more than ${LAG_SECONDS} s`,
    bounds: { readings: LAG_READINGS, seconds: LAG_SECONDS },
    find: ({ lags, countedPerSecond, steps }) => {
      const last = lags.slice(-LAG_READINGS)
      const lag = last.at(-1) ?? 0
      const grows =
        last.length === LAG_READINGS && last.every((one, at) => at === 0 || one > (last[at - 1] ?? 0))
      if (!grows || lag <= LAG_SECONDS * (countedPerSecond ?? 0)) return undefined
      // Whoever is busy of the two that count; the script runs on one core of Valkey.
      const aggregator = steps.find(({ from }) => from.includes('kafka'))
      const step = aggregator?.name ?? 'kafka'
      return {
        step,
        sentence: `${step} counts ${round(countedPerSecond ?? 0)}/s and less than what comes: ${lag} records wait`,
        values: { lag, countedPerSecond: round(countedPerSecond ?? 0) },
      }
    },
    look: ({ lags, countedPerSecond }) => {
      if (lags.length === 0) return []
      const waiting = lags
        .slice(-LAG_READINGS)
        .map((value): Looked => ({ step: null, value, unit: 'records' }))
      return [...waiting, { step: null, value: round(countedPerSecond ?? 0), unit: 'perSecond' }]
    },
  },
  perStep(
    {
      id: 'refused',
      rule: `more than ${percent(REFUSED_SHARE)} % of what a step is asked for is refused`,
      bounds: { percent: percent(REFUSED_SHARE) },
    },
    refusedShare,
    'percent',
    (facts) =>
      first(facts, (step) => {
        const share = refusedShare(step)
        if (share === null || share <= REFUSED_SHARE) return undefined
        const values = { percent: round(share * 100), perSecond: round(step.errorsPerSecond ?? 0) }
        return {
          step: step.name,
          sentence: `${step.name} refuses ${values.perSecond}/s, ${values.percent} %`,
          values,
        }
      }),
  ),
  perStep(
    {
      id: 'busy',
      rule: `a step uses more than ${BUSY_CORES} cores for each replica: JavaScript runs on one`,
      bounds: { cores: BUSY_CORES },
    },
    coresEach,
    'cores',
    (facts) =>
      first(facts, (step) => {
        const cores = coresEach(step)
        if (cores === null || cores <= BUSY_CORES) return undefined
        const sentence = `${step.name} uses ${round(cores)} cores for each replica: more replicas would help`
        return { step: step.name, sentence, values: { cores: round(cores) } }
      }),
  ),
  perStep(
    { id: 'slow', rule: `a step's p99 is over ${SLOW_MS} ms`, bounds: { ms: SLOW_MS } },
    ({ p99Ms }) => p99Ms,
    'ms',
    (facts) => {
      // The last one that is slow makes those before it slow.
      const slow = facts.steps.findLast(({ p99Ms }) => p99Ms !== null && p99Ms > SLOW_MS)
      if (slow === undefined) return undefined
      const p99Ms = Math.round(slow.p99Ms ?? 0)
      return { step: slow.name, sentence: `${slow.name} takes ${p99Ms} ms (p99)`, values: { p99Ms } }
    },
  ),
]

const UNITS: Readonly<Record<Looked['unit'], string>> = {
  state: '',
  percent: ' %',
  records: ' records',
  perSecond: ' counted/s',
  cores: ' cores',
  ms: ' ms',
}

const detailOf = (looked: readonly Looked[]): string =>
  looked.length === 0
    ? 'nothing is known'
    : looked
        .map(({ step, value, unit }) => `${step === null ? '' : `${step} `}${value}${UNITS[unit]}`)
        .join(', ')

export function bottleneckOf(facts: Facts): Bottleneck {
  const rules: Rule[] = []
  let found: (Found & { readonly id: string }) | undefined
  for (const { id, rule, bounds, find, look } of RULES) {
    const one = find(facts)
    if (one !== undefined && found === undefined) found = { id, ...one }
    const looked = look(facts)
    rules.push({
      id,
      rule,
      bounds: { ...bounds },
      holds: one !== undefined,
      detail: detailOf(looked),
      looked,
    })
  }
  if (found !== undefined) return { ...found, values: { ...found.values }, rules }
  const isKnown = facts.steps.some(({ state }) => state === 'up')
  return isKnown
    ? { id: 'none', step: null, sentence: 'Nothing holds it up.', values: {}, rules }
    : { id: 'unknown', step: null, sentence: 'Nothing is known of the steps yet.', values: {}, rules }
}
