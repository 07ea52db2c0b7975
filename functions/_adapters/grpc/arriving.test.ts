/** Calls that arrive slowly, or are many, over real HTTP/2: unfinished ones end with a status, others are served. */
import { once } from 'node:events'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { gzipSync } from 'node:zlib'
import { Client, compressionAlgorithms, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { afterEach, expect, it } from 'vitest'
import { ByteBudget, type Refused } from '../../_core/byte-budget.ts'
import { domains } from '../../_core/domains/index.ts'
import { GRPC_MESSAGE_BYTES, SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { defaultBounds } from '../../_core/server-bounds.ts'
import { grpcCall } from '../../_testing/grpc-call.ts'
import { memoryPorts, memorySink } from '../../_testing/ports.ts'
import { publisherHandler } from '../../publisher/handler.ts'
import { methodsOf } from './definitions.ts'
import { type GrpcServer, serveGrpc } from './server.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const { one, batch } = methodsOf(domain.grpc)
const LIMIT = 4 * GRPC_MESSAGE_BYTES
const SESSION_MB = 1_000

let server: GrpcServer
let bodies: ByteBudget
let session: ClientHttp2Session
const reasons: Refused[] = []
afterEach(async () => {
  session.destroy()
  await expect.poll(() => bodies.bytes).toBe(0)
  await server.close()
})

async function start(deadlineMs = 60_000, limitBytes = LIMIT): Promise<void> {
  reasons.length = 0
  bodies = new ByteBudget({ limitBytes, onRefused: (reason) => void reasons.push(reason) })
  const services = publisherHandler({ ...memoryPorts(), submit: memorySink().submit })
  server = await serveGrpc(
    services,
    { host: '127.0.0.1', port: 0 },
    { ...defaultBounds(), bodies },
    deadlineMs,
  )
  // Or it would itself refuse the answers to so much.
  session = connect(`http://127.0.0.1:${server.port}`, { maxSessionMemory: SESSION_MB })
  session.on('error', () => {})
}

/** A call that says it has one byte more than it sends. */
const holdBack = (path: string, bytes: number): ClientHttp2Stream =>
  grpcCall(session, path, Buffer.alloc(bytes + 1), 1)

async function ending(call: ClientHttp2Stream) {
  const [headers] = await once(call, 'response')
  if (!call.closed) await once(call.resume(), 'close')
  return {
    status: Number(headers['grpc-status']),
    pushback: headers['grpc-retry-pushback-ms'],
    reset: call.rstCode,
  }
}

/** The status of a call with these bytes. */
function codeOf(path: string, bytes: Buffer, options = {}): Promise<number> {
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure(), options)
  return new Promise((resolve) => {
    const done = (error: ServiceError | null): void => {
      client.close()
      resolve(error?.code ?? status.OK)
    }
    client.makeUnaryRequest(
      path,
      (sent: Buffer) => sent,
      (answer: Buffer) => answer,
      bytes,
      done,
    )
  })
}

const callOne = (options = {}): Promise<number> =>
  codeOf(
    one.path,
    one.requestSerialize(domain.toMessage(domain.examples[0]?.stored ?? {}, undefined) as object),
    options,
  )

it('60 unfinished messages of 8 MiB: those that wait longest end, and others are served', async () => {
  await start()
  const calls = Array.from({ length: 60 }, () => holdBack(batch.path, GRPC_MESSAGE_BYTES - 1))
  const { status: code, pushback, reset } = await Promise.race(calls.map(ending))
  expect([code, pushback, reset]).toEqual([status.RESOURCE_EXHAUSTED, '1000', constants.NGHTTP2_NO_ERROR])
  expect(bodies.bytes).toBeLessThanOrEqual(LIMIT)
  expect(await callOne()).toBe(status.OK)
  expect(reasons).toContain('full')
})

it.each([0, 100])('a call that sent %i bytes by its deadline is DEADLINE_EXCEEDED', async (bytes) => {
  await start(50)
  expect(await ending(holdBack(one.path, bytes))).toMatchObject({
    status: status.DEADLINE_EXCEEDED,
    pushback: undefined,
  })
  expect(reasons).toEqual(['slow'])
})

it('a compressed message counts for what it becomes, one at a time, and not when its caller is gone', async () => {
  await start()
  const bomb = gzipSync(Buffer.alloc(GRPC_MESSAGE_BYTES, Buffer.from([0x0a, 0x00])))
  const headers = {
    ':method': 'POST',
    ':path': batch.path,
    'content-type': 'application/grpc',
    'grpc-encoding': 'gzip',
  }
  const frame = Buffer.alloc(5)
  frame[0] = 1
  frame.writeUInt32BE(bomb.length, 1)
  let most = 0
  const looking = setInterval(() => {
    most = Math.max(most, bodies.bytes)
  })
  const calls = Array.from({ length: 60 }, (_, index) => {
    const call = session.request(headers)
    call.on('error', () => {})
    call.end(Buffer.concat([frame, bomb]))
    if (index % 2 === 0) call.on('ready', () => call.close(constants.NGHTTP2_CANCEL))
    return call
  })
  const answered = await Promise.all(calls.filter((_, index) => index % 2 === 1).map(ending))
  clearInterval(looking)
  expect(new Set(answered.map(({ status: code }) => code))).toEqual(new Set([status.RESOURCE_EXHAUSTED]))
  expect(most).toBeLessThan(2 * GRPC_MESSAGE_BYTES)
})

it('gzip is taken, another encoding is UNIMPLEMENTED', async () => {
  await start()
  const by = (algorithm: compressionAlgorithms) =>
    callOne({ 'grpc.default_compression_algorithm': algorithm })
  expect(await by(compressionAlgorithms.gzip)).toBe(status.OK)
  expect(await by(compressionAlgorithms.deflate)).toBe(status.UNIMPLEMENTED)
  const broken = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(20)])
  expect(await codeOf(one.path, broken)).toBe(status.INVALID_ARGUMENT)
})

const NO_TYPE = { ':path': one.path }
const NO_METHOD = { ':path': '/nada', 'content-type': 'application/grpc' }
const IN_DEFLATE = {
  'grpc-status': '12',
  'grpc-message': 'messages are taken as they are, or in gzip',
  'grpc-accept-encoding': 'identity,gzip',
}
it.each([
  ['in deflate', { ...NO_METHOD, ':path': one.path, 'grpc-encoding': 'deflate' }, LIMIT, IN_DEFLATE],
  ['in deflate, of no type', { ...NO_TYPE, 'grpc-encoding': 'deflate' }, LIMIT, IN_DEFLATE],
  ['in deflate, of no method', { ...NO_METHOD, 'grpc-encoding': 'deflate' }, LIMIT, IN_DEFLATE],
  ['without room, of no type', NO_TYPE, 1, { 'grpc-status': '8' }],
  ['without room, of no method', NO_METHOD, 1, { 'grpc-status': '8' }],
])('a call %s is answered once, which ends no process', async (_, headers, limitBytes, answer) => {
  await start(60_000, limitBytes)
  const call = session.request({ ':method': 'POST', ...headers })
  call.on('error', () => {})
  const closed = once(call, 'close')
  call.end()
  const [got] = await once(call, 'response')
  await closed
  expect(got).toMatchObject(answer)
  // It still answers, as one that threw would not.
  expect(await codeOf(one.path, Buffer.alloc(0))).toBe(limitBytes === LIMIT ? 3 : 8)
})

it('one message is as long as an event may be, also an item of a batch', async () => {
  await start()
  const long = Buffer.concat([Buffer.from([0x7a, 0x80, 0x80, 0x04]), Buffer.alloc(SINGLE_BODY_BYTES)])
  const item = Buffer.concat([Buffer.from([0x0a, 0x84, 0x80, 0x04]), long])
  const others = Buffer.alloc(2_000, Buffer.from([0x10, 0x00]))
  expect(await codeOf(one.path, long)).toBe(status.RESOURCE_EXHAUSTED)
  expect(await codeOf(batch.path, item)).toBe(status.RESOURCE_EXHAUSTED)
  expect(await codeOf(batch.path, others)).toBe(status.RESOURCE_EXHAUSTED)
})

it('a list counts for the objects that its items become, however short they are', async () => {
  await start(60_000, 1_000_000)
  const items = (count: number): Buffer => Buffer.alloc(2 * count, Buffer.from([0x0a, 0x00]))
  for (const bytesOf of [(bytes: Buffer) => bytes, gzipSync]) {
    expect(await codeOf(batch.path, bytesOf(items(10_000)))).toBe(status.RESOURCE_EXHAUSTED)
    expect(await codeOf(batch.path, bytesOf(items(1_000)))).toBe(status.OK)
  }
})
