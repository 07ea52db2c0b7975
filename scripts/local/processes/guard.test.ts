import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { until } from '../../lib/until.ts'
import { groupAlive, signalGroup } from './group.ts'
import { startGuard } from './guard.ts'

const WAIT_MS = 15_000

/** A runner with two children: one that has a child of its own, and one that does not listen to SIGTERM. */
const RUNNER = `
import { writeFileSync } from 'node:fs'
import { startGuard } from '${import.meta.dirname}/guard.ts'
import { Processes } from '${import.meta.dirname}/processes.ts'
const [dir] = process.argv.slice(2)
const guard = startGuard(1000)
const processes = new Processes({ logDir: dir, guard })
const script = (name, text) => processes.start({ name, command: 'sh', args: ['-c', text] }).pid
const pids = [script('tree', 'sleep 600 & sleep 600; true'), script('deaf', 'trap "" TERM; sleep 600 & wait; wait')]
writeFileSync(dir + '/pids', JSON.stringify({ guard: guard.pid, pids }))
`

interface Pids {
  guard: number
  pids: number[]
}

test(
  'a runner that is killed -9 leaves no process behind',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'guard-'))
    const options = { input: RUNNER, reject: false } as const
    const runner = execa(process.execPath, ['--input-type=module', '-', dir], options)
    const started = await until(() => readPids(dir), WAIT_MS)
    if (!started) throw new Error(`the runner did not start: ${(await runner).stderr}`)
    expect(started.pids.map(groupAlive)).toEqual([true, true])
    runner.kill('SIGKILL')
    expect(await until(() => ![...started.pids, started.guard].some(groupAlive), WAIT_MS)).toBe(true)
    await rm(dir, { recursive: true })
  },
  2 * WAIT_MS,
)

test('after a goodbye the guard ends and touches nothing', async () => {
  const child = execa('sleep', ['600'], { detached: true, reject: false })
  if (child.pid === undefined) throw new Error('no sleep')
  const guard = startGuard()
  guard.add(child.pid)
  await guard.close()
  expect(groupAlive(guard.pid)).toBe(false)
  expect(groupAlive(child.pid)).toBe(true)
  signalGroup(child.pid, 'SIGKILL')
  await child
})

async function readPids(dir: string): Promise<Pids | undefined> {
  const text = await readFile(join(dir, 'pids'), 'utf8').catch(() => '')
  return text.endsWith('}') ? JSON.parse(text) : undefined
}
