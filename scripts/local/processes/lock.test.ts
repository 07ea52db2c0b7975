import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTimeOf } from '../../lib/process-stat.ts'
import { acquireLock } from './lock.ts'

let dir: string
let file: string
const said: string[] = []
const say = (line: string) => said.push(line)

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'))
  file = join(dir, 'run.lock')
  said.length = 0
})
afterEach(() => rm(dir, { recursive: true }))

test('a live holder is named, and once it has let go another may hold', async () => {
  const lock = await acquireLock({ file })
  await expect(acquireLock({ file })).rejects.toThrow(`process ${process.pid}`)
  await lock.release()
  await (await acquireLock({ file, say })).release()
  expect(said).toEqual([])
  expect(await readdir(dir)).toEqual([])
})

test('one that waits gets it when the holder lets go', async () => {
  const lock = await acquireLock({ file })
  const waiting = acquireLock({ file, waitMs: 5_000 })
  await lock.release()
  await (await waiting).release()
})

test.each([
  ['its process is dead', async () => ({ pid: (await ended()) ?? 0, startTime: '1' })],
  ['its pid belongs to a later process', async () => ({ pid: process.pid, startTime: 'long ago' })],
  ['it is garbage', async () => 'x'],
])('a lock is taken over when %s, with a word about it', async (_why, holder) => {
  await writeFile(file, JSON.stringify(await holder()))
  const lock = await acquireLock({ file, say })
  expect(said).toHaveLength(1)
  expect(said[0]).toContain(file)
  await lock.release()
})

test('a takeover waits until the guard of the dead has stopped its children', async () => {
  const guard = execa('sleep', ['0.5'])
  await writeFile(file, JSON.stringify({ pid: await ended(), startTime: '1', guardPid: guard.pid }))
  const lock = await acquireLock({ file, say })
  expect(startTimeOf(guard.pid ?? 0)).toBeUndefined()
  await lock.release()
})

async function ended(): Promise<number | undefined> {
  const child = execa('true')
  await child
  return child.pid
}
