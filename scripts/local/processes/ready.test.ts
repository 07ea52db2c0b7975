import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Processes } from './processes.ts'
import { untilReady } from './ready.ts'

const LONG_MS = 60_000
const never = async () => false
let dir: string
let processes: Processes

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ready-'))
  processes = new Processes({ logDir: dir })
})
afterEach(async () => {
  await processes.stopAll()
  await rm(dir, { recursive: true })
})

const start = (script: string) => processes.start({ name: 'server', command: 'sh', args: ['-c', script] })

test('true as soon as it answers', async () => {
  let looks = 0
  expect(await untilReady(start('sleep 600'), async () => ++looks === 3, LONG_MS)).toBe(true)
})

test('false at once when somebody stops it meanwhile', async () => {
  const child = start('sleep 600')
  const ready = untilReady(child, never, LONG_MS)
  await child.stop()
  expect(await ready).toBe(false)
})

test.each([
  ['it dies', 'exit 1', LONG_MS],
  ['it does not answer in time', 'sleep 600', 0],
])('false, and it is stopped, when %s', async (_why, script, deadlineMs) => {
  const child = start(script)
  expect(await untilReady(child, never, deadlineMs)).toBe(false)
  expect(child.running).toBe(false)
})
