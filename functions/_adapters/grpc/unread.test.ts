/** Calls whose client does not read, or never ends, over real HTTP/2: they keep nobody else out and cost no memory. */
import { once } from 'node:events'
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { setImmediate as immediate } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { afterEach, expect, it } from 'vitest'
import { ByteBudget } from '../../_core/byte-budget.ts'
import { CALL_BYTES } from '../../_core/limits.ts'
import { defaultBounds } from '../../_core/server-bounds.ts'
import { grpcCall } from '../../_testing/grpc-call.ts'
import { healthy, memoryPorts } from '../../_testing/ports.ts'
import { type GrpcServer, serveGrpc } from './server.ts'
import { standardServices } from './standard.ts'

const WATCH = '/grpc.health.v1.Health/Watch'
const CHECK = '/grpc.health.v1.Health/Check'
const REFLECTION = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'
const NOTHING = Buffer.alloc(0)
const CALLS = 20
/** Of the event loop, until whatever would be done is done. */
const TURNS = 50
const WRITES = 20

let server: GrpcServer
let bodies: ByteBudget
let session: ClientHttp2Session
afterEach(async () => {
  session.destroy()
  await expect.poll(() => bodies.bytes).toBe(0)
  await server.close()
})

async function start(settings = {}, deadlineMs = 60_000): Promise<void> {
  bodies = new ByteBudget({ limitBytes: CALLS * (CALL_BYTES + 100) })
  const services = standardServices(memoryPorts().registry, healthy)
  server = await serveGrpc(
    services,
    { host: '127.0.0.1', port: 0 },
    { ...defaultBounds(), bodies },
    deadlineMs,
  )
  session = connect(`http://127.0.0.1:${server.port}`, { settings })
  session.on('error', () => {})
}

/** Of a call that ends; in the headers when nothing but that is answered. */
async function statusOf(path: string, message: Buffer): Promise<number> {
  const call = grpcCall(session, path, message)
  call.resume()
  const ended = once(call, 'trailers')
  const [headers] = await once(call, 'response')
  if (headers['grpc-status'] !== undefined) return Number(headers['grpc-status'])
  return Number((await ended)[0]['grpc-status'])
}

it('streams that last for ever give way to calls, those first that have lasted longest', async () => {
  await start()
  const watchers = Array.from({ length: CALLS }, () => grpcCall(session, WATCH, NOTHING))
  await Promise.all(watchers.map((watcher) => once(watcher, 'data')))
  const [oldest, ...others] = watchers
  expect(await statusOf(CHECK, NOTHING)).toBe(status.OK)
  await expect.poll(() => oldest?.closed).toBe(true)
  expect(oldest?.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  expect(others.map((watcher) => watcher.closed)).not.toContain(true)
})

it('an answer that is not read counts no longer than its deadline', async () => {
  await start({ initialWindowSize: 0 }, 100)
  const calls = Array.from({ length: CALLS }, () => grpcCall(session, CHECK, NOTHING))
  await expect.poll(() => calls.every((call) => call.closed)).toBe(true)
  expect(bodies.bytes).toBe(0)
})

it('no more questions are taken than the client reads the answers of', async () => {
  await start()
  const symbol = Buffer.from('logistica.PedidoService')
  const head = Buffer.from([0, 0, 0, 0, 2 + symbol.length, 0x22, symbol.length])
  const questions = Buffer.concat(Array.from({ length: 100 }, () => [head, symbol]).flat())
  const call = grpcCall(session, REFLECTION, Buffer.concat([head.subarray(5), symbol]), 1)
  call.write(symbol.subarray(-1))
  await once(call, 'data')
  call.pause()
  for (let sent = 0; sent < WRITES; sent++) {
    call.write(questions)
    for (let turn = 0; turn < TURNS; turn++) await immediate()
  }
  expect(bodies.bytes).toBeLessThan((WRITES * questions.length) / 2)
})

it.each([
  ['a question in gzip', CHECK, gzipSync(NOTHING), status.OK],
  ['a question that is no message', CHECK, Buffer.from([0x0f]), status.INVALID_ARGUMENT],
  ['of a stream', WATCH, Buffer.from([0x0f]), status.INVALID_ARGUMENT],
  ['of a stream, in no gzip', WATCH, Buffer.from([0x1f, 0x8b, 0x00]), status.INVALID_ARGUMENT],
  ['of a stream, in a bomb of gzip', WATCH, gzipSync(Buffer.alloc(1_000_000)), status.INVALID_ARGUMENT],
  ['of both, which is no message', REFLECTION, Buffer.from([0x0f]), status.INVALID_ARGUMENT],
])('%s', async (_, path, message, expected) => {
  await start()
  expect(await statusOf(path, message)).toBe(expected)
})

it('a stream that is asked for in gzip is the same', async () => {
  await start()
  const service = Buffer.from('nadie')
  const call = grpcCall(
    session,
    WATCH,
    gzipSync(Buffer.concat([Buffer.from([0x0a, service.length]), service])),
  )
  const [answer] = await once(call, 'data')
  expect(answer.subarray(5)).toEqual(Buffer.from([0x08, 0x03]))
})
