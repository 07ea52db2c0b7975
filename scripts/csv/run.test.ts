/** The client against our own endpoints on real sockets, with a log in memory. */
import { once } from 'node:events'
import { appendFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { votes } from '../../functions/_core/domains/votes.ts'
import { type Servers, startServers } from '../../functions/_testing/servers.ts'
import { type RunOptions, sendFile } from './run.ts'

let servers: Servers
let dir: string
let file: string
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.close())
beforeEach(async () => {
  servers.events.length = 0
  dir = await mkdtemp(join(tmpdir(), 'caudal-csv-'))
  file = join(dir, 'votes.csv')
  await writeFile(
    file,
    'Name,Album,Year,Rank\n"Soda, Stereo",Signos,1986,1\nB,A,1066,1\n\n"C\nD",A,1990,1\nE,A,1990,2',
  )
  return () => rm(dir, { recursive: true, force: true })
})

const optionsOf = (target: RunOptions['target'], more: Partial<RunOptions> = {}): RunOptions => ({
  file,
  domain: votes,
  level: 'alta',
  target,
  address:
    target === 'http' ? `http://127.0.0.1:${servers.port.ingest}` : `127.0.0.1:${servers.port.publisher}`,
  resume: false,
  badFile: join(dir, 'bad.csv'),
  dataDir: dir,
  signal: new AbortController().signal,
  ...more,
})

const sent = () =>
  servers.events.map(({ source, id, value }) => ({ source, line: id.split('-')[1], ...value }))

describe.each(['http', 'grpc'] as const)('by %s', (target) => {
  it('each good line goes out once under its own key; bad ones are kept with number and reason', async () => {
    const figures = await sendFile(optionsOf(target))
    expect(figures).toMatchObject({ acknowledged: 2, before: 0, bad: 2, failed: 0 })
    expect(figures.latencyMs(1)).toBeGreaterThan(0)
    const source = '/idempotency/votos'
    expect(sent()).toEqual([
      { source, line: '2', name: 'Soda, Stereo', album: 'Signos', year: 1986, rank: 1 },
      { source, line: '7', name: 'E', album: 'A', year: 1990, rank: 2 },
    ])
    const bad = await readFile(join(dir, 'bad.csv'), 'utf8')
    expect(bad).toMatch(/^line,reason,record\r\n3,year must be .*,"B,A,1066,1"\r\n5,"?name must be /)
  })

  it('the same file again has the same keys; resumed, nothing is sent that was acknowledged', async () => {
    await sendFile(optionsOf(target))
    await sendFile(optionsOf(target))
    expect(new Set(servers.events.map(({ id }) => id)).size).toBe(2)
    expect(servers.events).toHaveLength(4)
    const figures = await sendFile(optionsOf(target, { resume: true }))
    expect(figures).toMatchObject({ acknowledged: 0, before: 2, bad: 2 })
    expect(servers.events).toHaveLength(4)
  })
})

it('what was acknowledged elsewhere is sent', async () => {
  await sendFile(optionsOf('http'))
  const figures = await sendFile(optionsOf('grpc', { resume: true }))
  expect(figures).toMatchObject({ acknowledged: 2, before: 0 })
})

it('a file that has changed is not resumed: its rows would be other ones', async () => {
  await sendFile(optionsOf('http'))
  await writeFile(file, 'Name,Album,Year,Rank\nE,A,1991,2')
  await expect(sendFile(optionsOf('http', { resume: true }))).rejects.toThrow('has changed since it was sent')
  expect(await sendFile(optionsOf('http'))).toMatchObject({ acknowledged: 1 })
  expect(await sendFile(optionsOf('http', { resume: true }))).toMatchObject({ acknowledged: 0, before: 1 })
})

it('a folder is no file', async () => {
  await expect(sendFile(optionsOf('http', { file: dir }))).rejects.toThrow('is a folder')
})

it('what can be read once only is no file', async () => {
  await expect(sendFile(optionsOf('http', { file: '/dev/null' }))).rejects.toThrow('is no file')
})

it('an interrupted sending begins no more, and a resumed one sends the rest', async () => {
  const interruption = new AbortController()
  interruption.abort()
  expect(await sendFile(optionsOf('http', { signal: interruption.signal }))).toMatchObject({
    acknowledged: 0,
  })
  expect(await sendFile(optionsOf('http', { resume: true }))).toMatchObject({ acknowledged: 2, before: 0 })
})

describe('an endpoint that answers', () => {
  let server: Server
  let answers: number[]
  let keys: (string | string[] | undefined)[]
  let meanwhile: () => void
  beforeEach(async () => {
    keys = []
    meanwhile = () => {}
    server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key'])
      meanwhile()
      response.writeHead(answers.shift() ?? 200).end('{"detail":"not today"}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return () => void server.close()
  })
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  it('503 and 429 is asked again under the same key', async () => {
    await writeFile(file, 'name,album,year,rank\nB,A,1990,1\n')
    answers = [503, 429]
    const figures = await sendFile(optionsOf('http', { address: address() }))
    expect(figures).toMatchObject({ acknowledged: 1, retries: 2, bad: 0 })
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(1)
  })

  it('and a file that is written to meanwhile, which is told of', async () => {
    answers = []
    meanwhile = () => appendFileSync(file, '\nF,A,1990,1\n')
    await expect(sendFile(optionsOf('http', { address: address() }))).rejects.toThrow('has changed while')
  })

  it('422 is a bad line with its reason', async () => {
    await writeFile(file, 'name,album,year,rank\nB,A,1990,1\n')
    answers = [422]
    const figures = await sendFile(optionsOf('http', { address: address() }))
    expect(figures).toMatchObject({ acknowledged: 0, retries: 0, bad: 1 })
    expect(await readFile(join(dir, 'bad.csv'), 'utf8')).toContain('2,not today,')
  })
})

it('an endpoint that DNS does not know is called by its name, by both protocols', async () => {
  await writeFile(file, 'name,album,year,rank\nB,A,1990,1\n')
  const seen: unknown[] = []
  const grpc = createHttp2Server().on('stream', (stream, headers) => {
    seen.push(headers[':authority'])
    stream.respond({ 'content-type': 'application/grpc', 'grpc-status': 3 }, { endStream: true })
  })
  const http = createServer((request, response) => {
    seen.push(request.headers.host)
    response.end('{}')
  })
  const addressOf = async (server: typeof grpc | Server): Promise<string> => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const hostHeader = 'ingest.blackfriday.example.com'
  try {
    await sendFile(optionsOf('http', { address: `http://${await addressOf(http)}`, hostHeader }))
    await sendFile(optionsOf('grpc', { address: await addressOf(grpc), hostHeader }))
  } finally {
    http.close()
    grpc.close()
  }
  expect(seen).toEqual([hostHeader, hostHeader])
})

it('a file that is not there is named', async () => {
  await expect(sendFile(optionsOf('http', { file: join(dir, 'no.csv') }))).rejects.toThrow('There is no file')
})
