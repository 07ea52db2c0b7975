/**
 * Alerts on objectives: how fast the budget of failures burns, over a long window, so that a moment wakes nobody, and a
 * short one, so that the alert ends soon after the incident (Google, The Site Reliability Workbook, chapter 5,
 * "Multiwindow, Multi-Burn-Rate Alerts"; the factors are its own).
 */
import type { Objective } from './objectives.ts'
import { type Alert, alert, type Record } from './rule.ts'

/** How often the rules are evaluated, in seconds: what `events` counts with. */
export const EVALUATION_S = 30

export interface Burn {
  readonly title: string
  readonly severity: 'page' | 'ticket'
  /** Times the rate that would use up the budget in 30 days. */
  readonly factor: number
  readonly long: string
  readonly short: string
  readonly says: string
}

export const BURNS: readonly Burn[] = [
  {
    title: 'FastBurn',
    severity: 'page',
    factor: 14.4,
    long: '1h',
    short: '5m',
    says: 'so fast that a month of failures allowed would be used up in two days',
  },
  {
    title: 'SlowBurn',
    severity: 'page',
    factor: 6,
    long: '6h',
    short: '30m',
    says: 'so fast that a month of failures allowed would be used up in five days',
  },
  {
    title: 'Budget',
    severity: 'ticket',
    factor: 1,
    long: '3d',
    short: '6h',
    says: 'for three days now faster than the promise allows',
  },
]

const WINDOWS = [...new Set(BURNS.flatMap(({ long, short }) => [short, long]))]
/** The window that the rates themselves have. */
const RATE_WINDOW = '5m'

const part = ({ name }: Objective, what: string): string => `caudal:${name}:${what}`
const bad = (objective: Objective): string => part(objective, 'bad:rate5m')
const total = (objective: Objective): string => part(objective, 'total:rate5m')
const ratio = (objective: Objective, window: string): string => part(objective, `error_ratio:${window}`)
const events = (objective: Objective, window: string): string => part(objective, `events:${window}`)

/** What the alerts read, recorded so that dashboards can read it too. */
export function recordsOf(objective: Objective, evaluationS = EVALUATION_S): Record[] {
  const over = (series: string, window: string): string =>
    window === RATE_WINDOW ? series : `avg_over_time(${series}[${window}])`
  return [
    { record: bad(objective), expr: objective.bad },
    { record: total(objective), expr: objective.total },
    ...WINDOWS.map((window) => ({
      record: ratio(objective, window),
      expr: `${over(bad(objective), window)} / (${over(total(objective), window)} > 0)`,
    })),
    ...BURNS.map(({ long }) => ({
      record: events(objective, long),
      expr: `sum_over_time(${total(objective)}[${long}]) * ${evaluationS}`,
    })),
  ]
}

/** Of an objective's rules those that one burn needs: tests of days evaluate no others, and less often. */
export function rulesFor(objective: Objective, burn: Burn, evaluationS: number): (Record | Alert)[] {
  const { long, short, title } = burn
  const needed = new Set([
    bad(objective),
    total(objective),
    ratio(objective, long),
    ratio(objective, short),
    events(objective, long),
  ])
  return [
    ...recordsOf(objective, evaluationS).filter(({ record }) => needed.has(record)),
    ...alertsOf(objective).filter(({ alert }) => alert.endsWith(title)),
  ]
}

export function alertsOf(objective: Objective): Alert[] {
  const { name, title, promise, target, minimumEvents, expectedWhile, dashboard } = objective
  const runbook = name.replaceAll('_', '-')
  const burning = BURNS.map((burn) => {
    const share = Number((burn.factor * (1 - target)).toFixed(6))
    return alert({
      name: `Caudal${title}${burn.title}`,
      expr: [
        `${ratio(objective, burn.long)} > ${share}`,
        `and ${ratio(objective, burn.short)} > ${share}`,
        `and ${events(objective, burn.long)} >= ${minimumEvents}`,
      ].join('\n'),
      severity: burn.severity,
      summary: `The promise is being broken: ${promise}.`,
      description: `Over ${burn.long} and over ${burn.short} more than ${Number((share * 100).toFixed(4))} % failed: ${burn.says}.`,
      runbook,
      dashboard,
    })
  })
  const unknown = alert({
    name: `Caudal${title}Unknown`,
    expr: `absent(${total(objective)}) and on () (${expectedWhile})`,
    // A function that starts, or a Prometheus that does, has that long.
    for: '15m',
    severity: 'warning',
    summary: `Nobody watches whether ${promise}.`,
    description: `Events flow, but ${total(objective)} has no value: a function is not scraped, or lost a metric.`,
    runbook,
    dashboard,
  })
  return [...burning, unknown]
}
