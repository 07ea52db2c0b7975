/** The import, against a server that answers as Grafana's API does and remembers what it was sent. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { boards } from '../_testing/boards.ts'
import { readSettings } from './env.ts'
import { importDashboards } from './import.ts'

interface Request {
  readonly path: string
  readonly authorization: string | undefined
  readonly body: { readonly dashboard?: { readonly uid: string } }
}

/** @param folder its answer to the folder; @see https://grafana.com/docs/grafana/latest/developers/http_api/ */
async function startGrafana(folder: number, dashboard = 200) {
  const requests: Request[] = []
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const body = JSON.parse(await text(request))
    requests.push({ path, authorization: request.headers.authorization, body })
    const status = path === '/api/folders' ? folder : dashboard
    const answer =
      status < 300 ? { uid: body.dashboard?.uid, url: `/d/${body.dashboard?.uid}` } : { message: 'no' }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { requests, grafana: { url: `http://127.0.0.1:${port}`, token: 'secret' } }
}

const uids = boards.map(({ uid }) => uid).sort()

it.each([200, 409, 412])('every dashboard gets into the folder, which is new or not (%i)', async (folder) => {
  const { requests, grafana } = await startGrafana(folder)
  const paths = await importDashboards(grafana)
  expect(paths.sort()).toEqual(uids.map((uid) => `/d/${uid}`))
  const [first, ...others] = requests
  expect(first).toMatchObject({ path: '/api/folders', body: { uid: 'caudal', title: 'Caudal' } })
  expect(others.map(({ body }) => body.dashboard?.uid).sort()).toEqual(uids)
  for (const { path, authorization, body } of others) {
    expect([path, authorization]).toEqual(['/api/dashboards/db', 'Bearer secret'])
    expect(body).toMatchObject({ folderUid: 'caudal', overwrite: true })
  }
})

it.each([
  ['the folder', 403, 200, '/api/folders answered 403: {"message":"no"}'],
  ['a dashboard', 200, 401, '/api/dashboards/db answered 401: {"message":"no"}'],
])('a refusal of %s is told in its own words, without the token', async (_, folder, dashboard, message) => {
  const { grafana } = await startGrafana(folder, dashboard)
  const error = await importDashboards(grafana).catch((thrown: unknown) => String(thrown))
  expect(error).toContain(message)
  expect(error).not.toContain('secret')
})

it('settings that are wrong are all named', () => {
  expect(() => readSettings({ GRAFANA_URL: 'grafana:3000' })).toThrow(/GRAFANA_URL[\s\S]*GRAFANA_TOKEN/)
  expect(readSettings({ GRAFANA_TOKEN: 't' })).toEqual({ url: 'http://127.0.0.1:3000', token: 't' })
})
