import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../lib/until.ts'
import type { Death } from './child.ts'
import { groupAlive } from './group.ts'
import { Processes } from './processes.ts'

const WAIT_MS = 15_000
const SLEEP = { command: 'sleep', args: ['600'] }
let dir: string
let processes: Processes
const deaths: Death[] = []
const groups = new Set<number>()

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'processes-'))
  deaths.length = 0
  const guard = { add: (id: number) => groups.add(id), remove: (id: number) => groups.delete(id) }
  processes = new Processes({ logDir: dir, guard, onDeath: (death) => deaths.push(death) })
})
afterEach(async () => {
  await processes.stopAll()
  expect([...groups]).toEqual([])
  await rm(dir, { recursive: true })
})

const shell = (name: string, script: string) => processes.start({ name, command: 'sh', args: ['-c', script] })

test('one that is killed comes back, and its death is told', async () => {
  const child = processes.start({ name: 'victim', ...SLEEP })
  const { pid } = child
  processes.kill('victim', 'SIGKILL')
  expect(await until(() => child.running && child.pid !== pid, WAIT_MS)).toBe(true)
  const death = { name: 'victim', pid, exitCode: undefined, signal: 'SIGKILL', deaths: 1, restartInMs: 200 }
  expect(deaths).toEqual([death])
})

test('what it had started goes with it', async () => {
  const child = shell('parent', 'sleep 600 & echo started; wait')
  await until(async () => (await readFile(child.logFile, 'utf8')) === 'started\n', WAIT_MS)
  const { pid } = child
  process.kill(pid, 'SIGKILL')
  expect(await until(() => !groupAlive(pid), WAIT_MS)).toBe(true)
})

test('the waits between its deaths double', async () => {
  const child = shell('hasty', 'echo dying >&2; exit 3')
  expect(await until(() => child.deaths === 3, WAIT_MS)).toBe(true)
  expect(deaths.map(({ restartInMs, exitCode }) => [restartInMs, exitCode])).toEqual([
    [200, 3],
    [400, 3],
    [800, 3],
  ])
  expect(child.logTail()).toBe('dying\ndying\ndying')
  await child.stop()
  expect(child.running).toBe(false)
})

test('one that is not to be restarted says how it ended', async () => {
  const lines: string[] = []
  const child = processes.start({
    name: 'once',
    command: 'sh',
    args: ['-c', 'echo "$GREETING"; echo and more >&2; exit 4'],
    env: { GREETING: 'hello' },
    onLine: (line) => lines.push(line),
    restart: false,
  })
  expect(await child.exited()).toBe(4)
  await until(() => lines.length === 2, WAIT_MS)
  expect(lines.sort()).toEqual(['and more', 'hello'])
})

test('all are stopped, the last started first', async () => {
  const order = join(dir, 'order')
  for (const name of ['first', 'second']) {
    const child = shell(
      name,
      `trap 'echo ${name} >> ${order}; exit' TERM; echo ready; while :; do sleep 0.05; done`,
    )
    await until(async () => (await readFile(child.logFile, 'utf8')) === 'ready\n', WAIT_MS)
  }
  await processes.stopAll()
  expect(await readFile(order, 'utf8')).toBe('second\nfirst\n')
  expect(deaths).toEqual([])
})

test('a command that is not there is named', () => {
  expect(() => processes.start({ name: 'ghost', command: 'no-such-command', args: [] })).toThrow(
    'no-such-command',
  )
})
