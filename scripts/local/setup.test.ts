/** scripts/local/setup.mjs in a project of its own, on a PATH of stand-ins. */
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { REPO_DIR } from '../lib/paths.ts'

const SHELL_TOOLS = ['sh', 'mkdir', 'cat']
let repo: string
let bin: string

beforeEach(async () => {
  repo = await mkdtemp(join(tmpdir(), 'setup-'))
  bin = join(repo, 'path')
  await mkdir(join(repo, 'scripts/local'), { recursive: true })
  await mkdir(bin)
  await copyFile(join(REPO_DIR, 'scripts/local/setup.mjs'), join(repo, 'scripts/local/setup.mjs'))
  await writeFile(join(repo, 'package-lock.json'), '{"packages":{}}')
  for (const tool of SHELL_TOOLS) await symlink(`/bin/${tool}`, join(bin, tool))
})
afterEach(() => rm(repo, { recursive: true }))

async function standIn(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, name), 0o755)
}

/** A machine that has everything; its npm notes each call and installs this Node. */
async function wholeMachine(node = '24.1.0'): Promise<void> {
  await standIn('java', `echo java >> ${repo}/asked; echo 'openjdk version "17.0.15" 2025-04-15' >&2`)
  await standIn('mvn', 'exit 1')
  await standIn('python3', `echo python >> ${repo}/asked`)
  await standIn(
    'npm',
    `echo "$@" >> ${repo}/npm-calls; cd ${repo}; mkdir -p node_modules/node node_modules/.bin
     echo '{"version":"${node}"}' > node_modules/node/package.json; echo > node_modules/.bin/node`,
  )
}

function setup(args: readonly string[] = [], env: Record<string, string> = {}) {
  const script = join(repo, 'scripts/local/setup.mjs')
  const options = { extendEnv: false, reject: false, env: { PATH: bin, ...env } } as const
  return execa(process.execPath, [script, ...args], options)
}

const lines = async (file: string) => (await readFile(join(repo, file), 'utf8')).trim().split('\n')

test('all that is missing is named at once, with how to install it, and nothing is started', async () => {
  const { exitCode, stderr } = await setup()
  expect(exitCode).toBe(1)
  for (const name of ['Java 17', 'Maven', 'Python 3.11', 'apt install', 'brew install', 'KAFKA_BROKERS']) {
    expect(stderr).toContain(name)
  }
})

test.each([
  ['an old Java', 'java', `echo 'java version "1.8.0_292"' >&2`, 'Java 17'],
  ['a Python without venv', 'python3', 'exit 1', 'Python 3.11'],
])('%s is as good as none', async (_what, name, script, message) => {
  await wholeMachine()
  await standIn(name, script)
  const { exitCode, stderr } = await setup()
  expect([exitCode, stderr.split('\n')[1]]).toEqual([1, expect.stringContaining(message)])
})

test('with KAFKA_BROKERS neither Java nor Maven is needed, and Python only if it is wanted', async () => {
  await wholeMachine()
  for (const name of ['java', 'mvn', 'python3']) await rm(join(bin, name))
  const { stderr, exitCode } = await setup(['--without-python'], { KAFKA_BROKERS: '127.0.0.1:9092' })
  expect([stderr, exitCode]).toEqual(['', 0])
})

test('packages are installed when they are missing or the lock file or a patch changed, and only then', async () => {
  await wholeMachine()
  const run = async () => {
    expect((await setup()).exitCode).toBe(0)
    return (await lines('npm-calls')).length
  }
  expect([await run(), await run()]).toEqual([1, 1])
  await writeFile(join(repo, 'package-lock.json'), '{"packages":{"":{}}}')
  expect([await run(), await run()]).toEqual([2, 2])
  await mkdir(join(repo, 'patches'))
  await writeFile(join(repo, 'patches/a.patch'), 'x')
  expect([await run(), await run()]).toEqual([3, 3])
  await rm(join(repo, 'node_modules'), { recursive: true })
  expect(await run()).toBe(4)
  expect(await lines('asked')).toEqual(['java', 'python'])
})

test("somebody's own `npm ci` is not repeated", async () => {
  await wholeMachine()
  await setup()
  await rm(join(repo, 'node_modules/.caudal-installed'))
  await writeFile(join(repo, 'node_modules/.package-lock.json'), '{"packages":{}}')
  await setup()
  expect(await lines('npm-calls')).toHaveLength(1)
})

test('a Node that is too old is an error that says so', async () => {
  await wholeMachine('22.9.0')
  const { exitCode, stderr } = await setup()
  expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/22\.9\.0.*Node 24/)])
})

test('a failed install is an error, and is tried again', async () => {
  await wholeMachine()
  await standIn('npm', `echo x >> ${repo}/npm-calls; exit 1`)
  expect((await setup()).stderr).toContain('npm ci failed')
  await setup()
  expect(await lines('npm-calls')).toHaveLength(2)
})
