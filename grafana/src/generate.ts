/** Writes grafana/dashboards/*.json. Run as `npm run generate`; the freshness test writes elsewhere and compares. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { blackFriday } from './dashboards/black-friday.ts'
import { pipeline } from './dashboards/pipeline.ts'
import { votos } from './dashboards/votos.ts'

/** By the names of their files. */
export const dashboards: ReadonlyMap<string, () => Dashboard> = new Map([
  ['black-friday', () => numbered(blackFriday().build())],
  ['pipeline', () => numbered(pipeline().build())],
  ['votos', () => numbered(votos().build())],
])

/** Panels are addressed by their ids, in links and alerts. */
function numbered(dashboard: Dashboard): Dashboard {
  for (const [at, panel] of (dashboard.panels ?? []).entries()) panel.id = at + 1
  return dashboard
}

/** @param folder where the files go */
export async function generate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, build] of dashboards) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(build(), null, 2)}\n`)
  }
}

if (import.meta.main) await generate(join(import.meta.dirname, '..', 'dashboards'))
