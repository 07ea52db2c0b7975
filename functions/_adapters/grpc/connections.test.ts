/** As many gRPC connections as may be, over real HTTP/2: which of them give way to a new one, and which do not. */
import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'
import { afterEach, expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { registryOf } from '../../_core/registry.ts'
import type { ConnectionClosed } from '../../_core/server-bounds.ts'
import { fewConnections } from '../../_testing/few-connections.ts'
import { grpcCall } from '../../_testing/grpc-call.ts'
import { healthy, memoryPorts, memorySink } from '../../_testing/ports.ts'
import { publisherHandler } from '../../publisher/handler.ts'
import { methodsOf } from './definitions.ts'
import { type GrpcServer, serveGrpc } from './server.ts'
import { standardServices } from './standard.ts'

const LIMIT = 4
const WITHIN = { timeout: 20_000 }
const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const { one } = methodsOf(domain.grpc)
const WATCH = '/grpc.health.v1.Health/Watch'
const EVENT = one.requestSerialize(domain.toMessage(domain.examples[0]?.stored ?? {}, undefined) as object)

let server: GrpcServer
let release: () => void
let served = 0
let few: ReturnType<typeof fewConnections>
const sessions: ClientHttp2Session[] = []
afterEach(async () => {
  release()
  for (const session of sessions.splice(0)) session.destroy()
  await server.close()
})

async function start(ms: number): Promise<void> {
  served = 0
  few = fewConnections(LIMIT, ms)
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const { submit } = memorySink()
  const waiting: typeof submit = async (events) => {
    served++
    await released
    return submit(events)
  }
  const ports = { ...memoryPorts(), submit: waiting }
  const services = [...publisherHandler(ports), ...standardServices(registryOf(domains), healthy)]
  server = await serveGrpc(services, { host: '127.0.0.1', port: 0 }, few.bounds)
}

async function open(): Promise<ClientHttp2Session> {
  const session = connect(`http://127.0.0.1:${server.port}`)
  sessions.push(session)
  session.on('error', () => {})
  await Promise.race([once(session, 'remoteSettings'), once(session, 'close')])
  return session
}

async function statusOf(stream: ClientHttp2Stream): Promise<number> {
  let status = Number.NaN
  stream.on('trailers', (headers) => {
    status = Number(headers['grpc-status'])
  })
  // It rejects for a call whose connection was closed.
  await once(stream.resume(), 'close').catch(() => [])
  return status
}

/** What a call over a connection of its own ends with. */
const askAnew = async (): Promise<number> => statusOf(grpcCall(await open(), one.path, EVENT))

const ATTACKS: [title: string, attack: () => Promise<unknown>, reason: ConnectionClosed][] = [
  ['makes no call', open, 'slow'],
  ['only watches', async () => once(grpcCall(await open(), WATCH, Buffer.alloc(0)), 'data'), 'idle'],
  ['holds its messages back', async () => grpcCall(await open(), one.path, EVENT, 1), 'slow'],
]
it.each(ATTACKS)('whoever %s, as often as it can, shuts nobody out', async (_, attack, reason) => {
  await start(0)
  for (let count = 0; count < 3 * LIMIT; count++) await attack()
  release()
  await expect.poll(askAnew, WITHIN).toBe(0)
  expect(few.closed).toContain(reason)
})

it('one that is served does not give way: new ones are closed until it is answered', async () => {
  await start(60_000)
  const answers: Promise<number>[] = []
  for (let count = 0; count < LIMIT; count++) answers.push(askAnew())
  await expect.poll(() => served, WITHIN).toBe(LIMIT)
  few.bounds.graceMs = 0
  await expect.poll(async () => (await open()).closed, WITHIN).toBe(true)
  release()
  expect(await Promise.all(answers)).toEqual(answers.map(() => 0))
  await expect.poll(askAnew, WITHIN).toBe(0)
  expect(few.closed).toContain('full')
})
