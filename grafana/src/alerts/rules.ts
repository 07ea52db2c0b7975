/** All rules, as the file that Prometheus loads. */
import { stringify } from 'yaml'
import { alertsOf, EVALUATION_S, recordsOf } from './burn-rates.ts'
import { CAUSES } from './causes.ts'
import { OBJECTIVES } from './objectives.ts'

const interval = `${EVALUATION_S}s`

export const groups = [
  // A group's rules are evaluated in their order: the alerts see what was recorded just before.
  ...OBJECTIVES.map((objective) => ({
    name: `caudal-${objective.name.replaceAll('_', '-')}`,
    interval,
    rules: [...recordsOf(objective), ...alertsOf(objective)],
  })),
  { name: 'caudal-causes', interval, rules: CAUSES },
]

const HEADER = '# Written by `npm run generate` from grafana/src/alerts. Do not edit.\n'

export const rulesFile = (): string => HEADER + stringify({ groups }, { lineWidth: 0 })
