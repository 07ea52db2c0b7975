/**
 * Writes grafana/dashboards/*.json, and the rules of Prometheus beside its configuration. Run as `npm run generate`; the
 * freshness test writes elsewhere and compares.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { rulesFile } from './alerts/rules.ts'
import { autoscaling } from './dashboards/autoscaling.ts'
import { blackFriday } from './dashboards/black-friday.ts'
import { pedidos } from './dashboards/pedidos.ts'
import { pipeline } from './dashboards/pipeline.ts'
import { votos } from './dashboards/votos.ts'

/** By the names of their files. */
export const dashboards: ReadonlyMap<string, () => Dashboard> = new Map([
  ['autoscaling', () => numbered(autoscaling().build())],
  ['black-friday', () => numbered(blackFriday().build())],
  ['pedidos', () => numbered(pedidos().build())],
  ['pipeline', () => numbered(pipeline().build())],
  ['votos', () => numbered(votos().build())],
])

/** Panels are addressed by their ids, in links and alerts. */
function numbered(dashboard: Dashboard): Dashboard {
  for (const [at, panel] of (dashboard.panels ?? []).entries()) panel.id = at + 1
  return dashboard
}

/** @param folder of the dashboards; @param rules the file of the rules */
export async function generate(folder: string, rules: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, build] of dashboards) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(build(), null, 2)}\n`)
  }
  await writeFile(rules, rulesFile())
}

const ROOT = join(import.meta.dirname, '..', '..')
export const DASHBOARDS = join(ROOT, 'grafana', 'dashboards')
export const RULES = join(ROOT, 'knative', 'base', 'prometheus', 'rules.yml')

if (import.meta.main) await generate(DASHBOARDS, RULES)
