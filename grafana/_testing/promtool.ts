/** `promtool test rules` (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/). */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { stringify } from 'yaml'
import type { Alert, Record } from '../src/alerts/rule.ts'
import { PROMTOOL } from './prometheus.ts'

/** As Prometheus evaluates, in seconds. */
export const STEP_S = 30

export interface Scenario {
  readonly name: string
  /** By series, with labels: a value for each step; `_` is none. */
  readonly series: { readonly [text: string]: readonly (number | '_')[] }
  /** What is asked: at a step, whether an alert fires; with the labels it has beside its own. */
  readonly checks: readonly {
    readonly step: number
    readonly alert: string
    readonly firing: readonly { readonly [label: string]: string }[]
  }[]
}

type Rules = readonly (Alert | Record)[]

/**
 * @param stepS between two values of a series, and two evaluations, in seconds
 * @returns what promtool says of the scenarios that do not hold; empty when all do
 */
export async function testRules(
  rules: Rules,
  scenarios: readonly Scenario[],
  stepS = STEP_S,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-rules-'))
  try {
    await writeFile(
      join(folder, 'rules.yml'),
      stringify({ groups: [{ name: 'tested', interval: `${stepS}s`, rules }] }),
    )
    const file = {
      rule_files: ['rules.yml'],
      evaluation_interval: `${stepS}s`,
      tests: scenarios.map((scenario) => testOf(rules, scenario, stepS)),
    }
    await writeFile(join(folder, 'test.yml'), stringify(file, { aliasDuplicateObjects: false }))
    const run = await execa(PROMTOOL ?? '', ['test', 'rules', 'test.yml'], { cwd: folder, reject: false })
    return run.exitCode === 0 ? '' : `${run.stdout}\n${run.stderr}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function testOf(rules: Rules, { name, series, checks }: Scenario, stepS: number) {
  return {
    name,
    interval: `${stepS}s`,
    input_series: Object.entries(series).map(([text, values]) => ({
      series: text,
      values: values.join(' '),
    })),
    alert_rule_test: checks.map(({ step, alert, firing }) => {
      const rule = rules.find((one) => 'alert' in one && one.alert === alert)
      if (rule === undefined || !('alert' in rule)) throw new Error(`no alert ${alert}`)
      return {
        eval_time: `${step * stepS}s`,
        alertname: alert,
        exp_alerts: firing.map((labels) => ({
          exp_labels: { ...rule.labels, ...labels },
          exp_annotations: rule.annotations,
        })),
      }
    }),
  }
}

/** A counter that grows by each of these. */
export function counter(increments: readonly number[]): number[] {
  let sum = 0
  return increments.map((by) => {
    sum += by
    return sum
  })
}
