/** The README's commands, run as a reader would run them, answer what it says; only the ports are free ones. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PORTS } from '../../../functions/_core/topology.ts'
import { functionNames } from '../../build/bundles.ts'
import { freePort } from '../../lib/free-port.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { until } from '../../lib/until.ts'

const START_MS = 120_000

const readme = await readFile(join(REPO_DIR, 'README.md'), 'utf8')
const ports = new Map<string, string>()
let data: string
let running: ReturnType<typeof npmStart>

const npmStart = (env: Readonly<Record<string, string | undefined>>) =>
  execa('npm', ['start', '--', '--no-load', '--fresh'], {
    ...{ cwd: REPO_DIR, env, reject: false, all: true },
    // It stops in order, which takes as long as it takes; killed after 5 s it would have no exit code.
    forceKillAfterDelay: false,
  })

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'caudal-readme-'))
  for (const documented of Object.values(PORTS)) ports.set(String(documented), String(await freePort()))
  const env = Object.fromEntries(Object.entries(PORTS).map(([name, port]) => [name, ports.get(String(port))]))
  running = npmStart({ ...env, CAUDAL_DATA: data })
  const healths = ['8080', '8081', '8082', '8084', '8085'].map(
    (port) => `http://127.0.0.1:${ports.get(port)}/health`,
  )
  const ready = await until(async () => {
    const answers = await Promise.allSettled(healths.map((url) => fetch(url)))
    return answers.every((answer) => answer.status === 'fulfilled' && answer.value.ok)
  }, START_MS)
  expect(ready).toBe(true)
}, START_MS)
afterAll(async () => {
  running.kill('SIGTERM')
  expect((await running).exitCode, String((await running).all)).toBe(130)
  await rm(data, { recursive: true, force: true })
}, 60_000)

/** `$ command` and the output under it, of each console block. */
function examples(): { command: string; output: string }[] {
  const blocks = [...readme.matchAll(/```console\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf('\n')
        return { command: part.slice(0, end), output: part.slice(end + 1).trimEnd() }
      }),
  )
}

/** Valkey's own client is not part of what `npm start` installs: its commands are sent by another. */
async function valkeyCli(command: string): Promise<string> {
  const [, port = '', name = '', ...args] = /-p (\d+) (\S+) (.*)/.exec(command) ?? []
  const client = new Redis(Number(ports.get(port)), '127.0.0.1')
  try {
    return String(await client.call(name, ...args.join(' ').split(' ')))
  } finally {
    client.disconnect()
  }
}

async function run(command: string): Promise<string> {
  if (command.startsWith('valkey-cli')) return valkeyCli(command)
  const onFreePorts = command.replace(/127\.0\.0\.1:(\d+)/g, (_, port) => `127.0.0.1:${ports.get(port)}`)
  return (await execa('bash', ['-c', onFreePorts])).stdout
}

describe('README', () => {
  it.each(examples())('$command', async ({ command, output }) => {
    await expect.poll(() => run(command), { timeout: 20_000 }).toBe(output)
  })

  it('describes gRPC services that are there', async () => {
    const named = [...readme.matchAll(/127\.0\.0\.1:50051 ([\w.]+)\/(\w+)/g)].map(
      (match) => `${match[1]}.${match[2]}`,
    )
    const { describedFiles } = await import('../../../functions/_core/gen/descriptors.ts')
    const symbols = describedFiles.flatMap((file) => file.symbols)
    expect(named).not.toEqual([])
    expect(symbols).toEqual(expect.arrayContaining(named))
  })

  it('names settings, in docs/settings.md, that the functions read', async () => {
    const files = functionNames.map((name) => `functions/${name}/env.ts`)
    const sources = [...files, 'functions/_runtime/settings.ts', 'scripts/local/env.ts']
    const code = (await Promise.all(sources.map((file) => readFile(join(REPO_DIR, file), 'utf8')))).join('\n')
    const table = await readFile(join(REPO_DIR, 'docs/settings.md'), 'utf8')
    const named = [...table.matchAll(/`([A-Z][A-Z_]+)`/g)].map((match) => match[1])
    expect(named.length).toBeGreaterThan(15)
    for (const name of named) expect(code, name).toContain(name)
  })
})
