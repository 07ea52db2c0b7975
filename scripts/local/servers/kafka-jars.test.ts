/** fetch_jars.py against a repository on this machine; and the lock file. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { JARS_LOCK, type JarsLock, POM } from './kafka-jars.ts'
import { ensureVenv } from './venv.ts'

const FETCH = join(import.meta.dirname, 'fetch_jars.py')
const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')

/** Path → content; a content of `undefined` breaks off in the middle. */
const files = new Map<string, string | undefined>()
const asked: string[] = []
const repository = createServer(({ url = '' }, response) => {
  asked.push(url)
  if (!files.has(url)) return response.writeHead(404).end()
  const content = files.get(url)
  if (content !== undefined) return response.end(content)
  response.writeHead(200, { 'content-length': 1_000 }).write('half')
  return response.destroy()
})
let python: string
let dir: string

beforeAll(async () => {
  python = (await ensureVenv('Maven client')).python
  await once(repository.listen(0, '127.0.0.1'), 'listening')
}, 300_000)
afterAll(() => void repository.close())
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'jars-'))
  asked.length = 0
  files.clear()
  files.set('/org/a/one/1/one-1.jar', 'first').set('/org/a/two/2/two-2.jar', 'second')
  return () => rm(dir, { recursive: true })
})

async function fetchJars(contents: Record<string, string>) {
  const jars = Object.entries(contents).map(([coordinates, content]) => ({
    coordinates,
    bytes: content.length,
    sha256: sha256(content),
  }))
  await writeFile(join(dir, 'lock'), JSON.stringify({ jars }))
  const { port } = repository.address() as AddressInfo
  const env = { MAVEN_REPO_URL: `http://127.0.0.1:${port}` }
  return execa(python, [FETCH, join(dir, 'lock'), dir], { env, reject: false })
}
const ONE = { 'org.a:one:1': 'first' }
const BOTH = { ...ONE, 'org.a:two:2': 'second' }
const jarsThere = async () => (await readdir(dir)).filter((name) => name.endsWith('.jar')).sort()

test('each jar comes from its coordinates, with its progress in bytes', async () => {
  const { stdout } = await fetchJars(BOTH)
  expect(await readFile(join(dir, 'two-2.jar'), 'utf8')).toBe('second')
  expect(await jarsThere()).toEqual(['one-1.jar', 'two-2.jar'])
  expect(stdout.split('\n').at(-1)).toBe('Progress 11 of 11')
})

test('what is there is not fetched again', async () => {
  await fetchJars(ONE)
  await fetchJars(BOTH)
  expect(asked).toEqual(['/org/a/one/1/one-1.jar', '/org/a/two/2/two-2.jar'])
})

test.each([
  ['is not there', () => files.delete('/org/a/two/2/two-2.jar'), '404'],
  ['has another checksum', () => files.set('/org/a/two/2/two-2.jar', 'forged'), sha256('forged')],
  ['breaks off each time', () => files.set('/org/a/two/2/two-2.jar', undefined), 'org.a:two:2'],
])('a jar that %s is named, and not taken for whole', async (_how, spoil, message) => {
  spoil()
  const { exitCode, stderr } = await fetchJars(BOTH)
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(message)])
  expect(stderr).toContain('org.a:two:2')
  expect(stderr).not.toContain('Traceback')
  expect(await jarsThere()).toEqual(['one-1.jar'])
})

test('the lock file is what kafka/pom.xml came to: `node scripts/local/servers/lock-jars.ts` writes it', async () => {
  const { pom, jars }: JarsLock = JSON.parse(await readFile(JARS_LOCK, 'utf8'))
  expect(pom).toBe(sha256(await readFile(POM)))
  expect(jars.map(({ coordinates }) => coordinates)).toContain('org.apache.kafka:kafka_2.13:4.4.0')
})
