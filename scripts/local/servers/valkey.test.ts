import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../../lib/free-port.ts'
import { until } from '../../lib/until.ts'
import { Processes } from '../processes/processes.ts'
import { startValkey, type ValkeyServer, valkeyAnswers } from './valkey.ts'

/** The first time, the wheel is installed. */
const INSTALL_MS = 120_000
const WAIT_MS = 20_000
const APPEND_ONLY = 'appendonlydir/appendonly.aof.1.incr.aof'
let dir: string
let processes: Processes
let server: ValkeyServer

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'valkey-'))
  processes = new Processes({ logDir: dir })
  server = await startValkey({
    dir: join(dir, 'data'),
    port: await freePort(),
    processes,
    appendfsync: 'always',
  })
}, INSTALL_MS)

afterAll(async () => {
  await processes.stopAll()
  await rm(dir, { recursive: true })
})

async function ask<T>(url: string, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url)
  try {
    return await question(client)
  } finally {
    client.disconnect()
  }
}

test.each([
  ['appendonly', 'yes'],
  ['appendfsync', 'always'],
  ['maxmemory-policy', 'noeviction'],
  ['save', ''],
  ['bind', '127.0.0.1'],
])('its setting %s is "%s"', async (name, value) => {
  expect(await ask(server.url, (client) => client.config('GET', name))).toEqual([name, value])
})

test('after kill -9 it is started again with what it had', async () => {
  await ask(server.url, (client) => client.set('seen', '1'))
  const { pid } = server
  processes.kill('valkey', 'SIGKILL')
  expect(await until(() => server.pid !== pid && valkeyAnswers(server.url), WAIT_MS)).toBe(true)
  expect(await ask(server.url, (client) => client.get('seen'))).toBe('1')
})

test('a half-written last command is dropped', async () => {
  const data = join(dir, 'truncated')
  const first = await startValkey({ dir: data, port: await freePort(), processes, name: 'before' })
  await ask(first.url, (client) => client.set('whole', '1'))
  await first.stop()
  await appendFile(join(data, APPEND_ONLY), '*3\r\n$3\r\nSET\r\n$4\r\nha')
  const second = await startValkey({ dir: data, port: await freePort(), processes, name: 'after' })
  expect(await ask(second.url, (client) => client.get('whole'))).toBe('1')
})

test('a corrupt file is an error that names the folder and says what to do', async () => {
  const data = join(dir, 'corrupt')
  const first = await startValkey({ dir: data, port: await freePort(), processes, name: 'whole' })
  await ask(first.url, (client) => client.set('whole', '1'))
  await first.stop()
  const file = join(data, APPEND_ONLY)
  await writeFile(file, `nonsense${await readFile(file, 'utf8')}`)
  const start = startValkey({ dir: data, port: await freePort(), processes, name: 'corrupt' })
  await expect(start).rejects.toThrow(new RegExp(`${data}.*--fresh`, 's'))
})
