/** scripts/caudal.mjs and its setup in a project of their own, on a PATH of stand-ins. */
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { REPO_DIR } from '../lib/paths.ts'
import { until } from '../lib/until.ts'

const SHELL_TOOLS = ['sh', 'mkdir', 'cat']
const COPIED = ['caudal.mjs', 'local/setup.mjs', 'local/prerequisites.mjs', 'local/progress.mjs']
let repo: string
let bin: string

beforeEach(async () => {
  repo = await mkdtemp(join(tmpdir(), 'setup-'))
  bin = join(repo, 'path')
  for (const dir of ['path', 'scripts/local', 'kafka']) await mkdir(join(repo, dir), { recursive: true })
  for (const file of COPIED) await copyFile(join(REPO_DIR, 'scripts', file), join(repo, 'scripts', file))
  await writeFile(join(repo, 'package-lock.json'), '{"packages":{}}')
  await writeFile(join(repo, 'kafka/jars.lock.json'), '{}')
  for (const tool of SHELL_TOOLS) await symlink(`/bin/${tool}`, join(bin, tool))
})
afterEach(() => rm(repo, { recursive: true }))

async function standIn(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, name), 0o755)
}

/** A machine that has everything; its npm notes each call and installs this Node, which is a shell script. */
async function wholeMachine(node = '24.1.0', nodeScript = 'exit 0'): Promise<void> {
  await standIn('java', `echo java >> ${repo}/asked; echo 'openjdk version "17.0.15" 2025-04-15' >&2`)
  await standIn('python3', `echo python >> ${repo}/asked`)
  await standIn('installed-node', nodeScript)
  await standIn(
    'npm',
    `echo "$@" >> ${repo}/npm-calls; cd ${repo}; mkdir -p node_modules/node node_modules/.bin
     echo '{"version":"${node}"}' > node_modules/node/package.json
     cat ${bin}/installed-node > node_modules/.bin/node; /bin/chmod +x node_modules/.bin/node
     echo 'npm warn EBADENGINE Unsupported engine' >&2`,
  )
}

const run = (file: string, args: readonly string[], env: Record<string, string>) =>
  execa(process.execPath, [join(repo, 'scripts', file), ...args], {
    extendEnv: false,
    reject: false,
    env: { PATH: bin, ...env },
  })
const setup = (env: Record<string, string> = {}) => run('local/setup.mjs', [], env)
const caudal = (...args: string[]) => run('caudal.mjs', args, {})

const lines = async (file: string) => (await readFile(join(repo, file), 'utf8')).trim().split('\n')

test('all that is missing is named at once, with how to install it, and nothing is started', async () => {
  const { exitCode, stderr } = await setup()
  expect(exitCode).toBe(1)
  for (const name of ['npm', 'Python 3.11', 'apt install', 'brew install']) expect(stderr).toContain(name)
})

test('a Python without venv is as good as none', async () => {
  await wholeMachine()
  await standIn('python3', 'exit 1')
  const { exitCode, stderr } = await setup()
  expect([exitCode, stderr.split('\n')[1]]).toEqual([1, expect.stringContaining('Python 3.11')])
})

describe('the first line says what is fetched, how much that is, and how long it takes', () => {
  const old = `echo 'java version "1.8.0_292"' >&2`
  test.each<[string, string | undefined, Record<string, string>, RegExp]>([
    ['with a Java', undefined, {}, /^First start: fetches npm .* MB, Valkey .* MB, Kafka \d+ MB .* min /],
    ['with an old Java', old, {}, /^First start: fetches npm .* MB, Valkey .* MB, Java \d+ MB, Kafka/],
    ['with a Kafka', old, { KAFKA_BROKERS: 'k:1' }, /^First start: fetches npm .* MB, Valkey [^,]* MB into/],
  ])('%s', async (_machine, java, env, line) => {
    await wholeMachine()
    if (java !== undefined) await standIn('java', java)
    const { exitCode, stderr } = await setup(env)
    expect(exitCode).toBe(0)
    expect(stderr.split('\n')[0]).toMatch(line)
    expect(stderr).not.toContain('EBADENGINE')
  })

  test("a Java of JAVA_HOME's counts, on PATH or not", async () => {
    await wholeMachine()
    await rm(join(bin, 'java'))
    await mkdir(join(repo, 'jdk/bin'), { recursive: true })
    const script = `#!/bin/sh\necho 'openjdk version "25" 2025-09-16' >&2\n`
    await writeFile(join(repo, 'jdk/bin/java'), script, { mode: 0o755 })
    expect((await setup({ JAVA_HOME: join(repo, 'jdk') })).stderr).not.toContain('Java')
  })
})

test('packages are installed when they are missing or the lock file or a patch changed, and only then', async () => {
  await wholeMachine()
  const calls = async () => {
    expect((await setup()).exitCode).toBe(0)
    return (await lines('npm-calls')).length
  }
  expect([await calls(), await calls()]).toEqual([1, 1])
  await writeFile(join(repo, 'package-lock.json'), '{"packages":{"":{}}}')
  expect([await calls(), await calls()]).toEqual([2, 2])
  await mkdir(join(repo, 'patches'))
  await writeFile(join(repo, 'patches/a.patch'), 'x')
  expect([await calls(), await calls()]).toEqual([3, 3])
  await rm(join(repo, 'node_modules'), { recursive: true })
  expect(await calls()).toBe(4)
  expect(await lines('asked')).toEqual(['python', 'java'])
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

describe('npx caudal', () => {
  test('runs the command line under the installed Node, with its arguments and exit code', async () => {
    await wholeMachine('24.1.0', 'echo "$@"; exit 7')
    const { exitCode, stdout } = await caudal('build', '--flag', 'a b')
    expect([exitCode, stdout]).toEqual([7, `${join(repo, 'scripts/cli.ts')} build --flag a b`])
  })

  test('neither Python nor a word about servers for what needs none', async () => {
    await wholeMachine()
    await rm(join(bin, 'python3'))
    const { exitCode, stderr } = await caudal('--help')
    expect([exitCode, stderr.split('\n')[0]]).toEqual([0, expect.stringMatching(/fetches npm .* MB into/)])
    expect((await caudal('start')).stderr).toContain('Python 3.11')
  })

  test('hands signals on, and ends as what it started ends', async () => {
    const ready = join(repo, 'ready')
    await wholeMachine('24.1.0', `trap 'exit 42' TERM; echo > ${ready}; while :; do /bin/sleep 0.05; done`)
    const running = caudal('start')
    expect(await until(() => existsSync(ready), 20_000)).toBe(true)
    running.kill('SIGTERM')
    expect((await running).exitCode).toBe(42)
  })

  test('one that a signal ended is told as a shell does', async () => {
    await wholeMachine('24.1.0', 'kill -9 $$')
    expect((await caudal('build')).exitCode).toBe(128 + 9)
  })
})
