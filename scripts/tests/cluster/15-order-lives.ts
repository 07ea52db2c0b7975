/** A file of orders by the ingress: its client killed and resumed, each order to its end, and a mail for each state. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { send } from '../../deploy/http.ts'
import { valkey } from '../../deploy/smoke.ts'
import { CSV_DIR, REPO_DIR } from '../../lib/paths.ts'
import { deployNow, hostOf, ingress, kubectl, npmRun, until } from './context.ts'
import { mails, startMailServer, stopMailServer } from './mail-server.ts'

const ROWS = 500
/** Of the rows, when the client is killed. */
const MIDWAY = 0.4
const LINE = ['Procesando', 'Preparación', 'Enviado', 'Entregado', 'Finalizado']
const DEADLINE_MS = 300_000
const TEST_MS = 4 * DEADLINE_MS

let dir: string

const client = (host: string, file: string, ...more: readonly string[]) => {
  const to = ['--target', 'http', '--to', ingress, '--host-header', host]
  const command = [join(REPO_DIR, 'scripts/cli.ts'), 'csv', 'orders', file, ...to, ...more]
  return execa(process.execPath, command, { env: { CAUDAL_DATA: dir }, reject: false, all: true })
}

/** The ids of the orders that were acknowledged: the client's own journal has their lines. */
async function acknowledged(): Promise<string[]> {
  const files = await readdir(join(dir, CSV_DIR)).catch(() => [])
  const name = files.find((file) => file.endsWith('.acknowledged'))
  if (name === undefined) return []
  const [hash] = name.split('-')
  const lines = (await readFile(join(dir, CSV_DIR, name), 'utf8')).split('\n').slice(0, -1)
  return lines.map((line) => `${hash}-${line}`)
}

async function lifeOf(id: string): Promise<{ readonly estado: string; readonly states: string[] }> {
  const headers = { host: await hostOf('console') }
  const { status, body } = await send(`${ingress}/pedidos/${id}`, { headers, timeoutMs: DEADLINE_MS })
  if (status !== 200) return { estado: `status ${status}`, states: [] }
  const { estado, historia } = JSON.parse(body)
  return { estado, states: historia.map(({ a }: { readonly a: string }) => a) }
}

const finished = async (): Promise<number> =>
  Number(await valkey(kubectl, 'HGET', 'pedidos:estados', 'Finalizado'))

describe('a file of orders', () => {
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'caudal-lives-'))
    const { all, exitCode } = await deployNow('--component', 'knative/components/carrier')
    expect(exitCode, all).toBe(0)
    await startMailServer()
  }, DEADLINE_MS)
  afterAll(async () => {
    await stopMailServer()
    await rm(dir, { recursive: true, force: true })
  })

  test('ends order by order, with one mail for each state, though its client was killed midway', {
    timeout: TEST_MS,
  }, async () => {
    const file = join(dir, 'orders.csv')
    // Another file in each run: the same one would be the same orders.
    await npmRun('orders:sample', '--seed', String(process.pid), '--out', file)
    const before = await finished()
    const host = await hostOf('ingest')
    const first = client(host, file, '--level', 'media')
    let ended = false
    void first.finally(() => {
      ended = true
    })
    const midway = async () => ended || (await acknowledged()).length >= ROWS * MIDWAY
    await until('the client is midway', DEADLINE_MS, midway)
    first.kill('SIGKILL')
    const killed = await first
    expect(killed.signal, killed.all).toBe('SIGKILL')
    const second = await client(host, file, '--level', 'media', '--resume')
    expect(second.exitCode, second.all).toBe(0)
    const ids = await acknowledged()
    expect(new Set(ids).size).toBe(ROWS)

    await until('every order has ended', DEADLINE_MS, async () => (await finished()) - before >= ROWS)
    expect((await finished()) - before).toBe(ROWS)
    for (const id of ids) expect([id, await lifeOf(id)]).toEqual([id, { estado: LINE.at(-1), states: LINE }])

    const [hash = ''] = (ids[0] ?? '').split('-')
    const ofFile = async () => (await mails()).filter(({ text }) => text.includes(hash))
    await until('every mail has come', DEADLINE_MS, async () => (await ofFile()).length >= ROWS * LINE.length)
    const sent = await ofFile()
    expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(ROWS * LINE.length)
    expect(sent).toHaveLength(ROWS * LINE.length)
    const { body } = await send(`${ingress}/api/proof`, {
      headers: { host: await hostOf('console') },
      timeoutMs: DEADLINE_MS,
    })
    expect(JSON.parse(body).state).not.toBe('broken')
  })
})
