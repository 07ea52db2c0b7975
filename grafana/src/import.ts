/**
 * Puts the dashboards into a Grafana that runs already, by its HTTP API: made anew, or brought up to date.
 *
 *     GRAFANA_URL=http://127.0.0.1:3000 GRAFANA_TOKEN=… node grafana/src/import.ts
 *
 * The token is one of a service account that may write dashboards and folders
 * (https://grafana.com/docs/grafana/latest/administration/service-accounts/).
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Grafana, readSettings } from './env.ts'
import { DASHBOARDS } from './generate.ts'

const FOLDER = { uid: 'caudal', title: 'Caudal' }
const CONFLICT = 409
const PRECONDITION_FAILED = 412
const TIMEOUT_MS = 10_000

/** @returns the paths of the dashboards. @throws Error with Grafana's own words when it refuses */
export async function importDashboards(grafana: Grafana, folder = DASHBOARDS): Promise<string[]> {
  // It says so when the folder is there already, by its uid or by its title.
  await post(grafana, '/api/folders', FOLDER, [CONFLICT, PRECONDITION_FAILED])
  const paths: string[] = []
  for (const name of (await readdir(folder)).sort()) {
    const dashboard: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'))
    const message = 'From the repository'
    const body = { dashboard, folderUid: FOLDER.uid, overwrite: true, message }
    const answer = await post(grafana, '/api/dashboards/db', body)
    paths.push(JSON.parse(answer).url)
  }
  return paths
}

async function post(
  { url, token }: Grafana,
  path: string,
  body: object,
  fine: number[] = [],
): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  if (response.ok || fine.includes(response.status)) return text
  throw new Error(`${path} answered ${response.status}: ${text}`)
}

if (import.meta.main) {
  const grafana = readSettings(process.env)
  for (const path of await importDashboards(grafana)) console.log(`${grafana.url}${path}`)
}
