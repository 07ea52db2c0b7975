/** Bodies that arrive slowly, or are many, on real sockets: what is held is bounded, and who sends properly is served. */
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, it } from 'vitest'
import { ByteBudget, type Refused } from '../../_core/byte-budget.ts'
import { BULK_BODY_BYTES, SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { defaultBounds } from '../../_core/server-bounds.ts'
import { memoryPorts } from '../../_testing/ports.ts'
import { createApp, endpoint } from './app.ts'
import { streamedChunks, withBody } from './body.ts'
import { type HttpServer, serveHttp } from './server.ts'

const LIMIT = 8 * SINGLE_BODY_BYTES

let server: HttpServer
let bodies: ByteBudget
const reasons: Refused[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await expect.poll(() => bodies.bytes).toBe(0)
  await server.close()
})

async function start(requestMs = 60_000): Promise<void> {
  const ports = memoryPorts()
  const app = createApp(ports)
  reasons.length = 0
  bodies = new ByteBudget({ limitBytes: LIMIT, onRefused: (reason) => void reasons.push(reason) })
  app.post('/whole', endpoint('/whole', ports), (c) =>
    withBody(c, BULK_BODY_BYTES, async (body) => c.text(`${body.length} ${(await c.req.text()).length}`)),
  )
  app.post('/streamed', endpoint('/streamed', ports), async (c) => {
    let bytes = 0
    for await (const chunk of streamedChunks(c, BULK_BODY_BYTES)) bytes += chunk.length
    return c.text(String(bytes))
  })
  server = await serveHttp(
    app,
    { host: '127.0.0.1', port: 0 },
    { ...defaultBounds(), bodies },
    { requestMs, checkMs: 20 },
  )
}

/** Sends `bytes` of a body said to have one more. @returns what is answered, once the server ends the connection */
function holdBack(path: string, bytes: number): Promise<string> {
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes + 1}\r\n\r\n`)
  socket.write(Buffer.alloc(bytes, ' '))
  // A test that ends closes the others.
  return text(socket).catch(() => '')
}

const post = (path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${server.port}${path}`, { method: 'POST', body, headers })

it.each([
  ['short', '/whole', SINGLE_BODY_BYTES - 1],
  ['long', '/whole', SINGLE_BODY_BYTES + 1],
])('a %s body that is held back gives way with 429', async (_, path, bytes) => {
  await start()
  const first = holdBack(path, bytes)
  await expect.poll(() => bodies.bytes).toBe(bytes)
  const others = Array.from({ length: 8 }, () => holdBack(path, SINGLE_BODY_BYTES - 1))
  const answer = await first
  expect(answer).toMatch(/^HTTP\/1.1 429 /)
  expect(answer).toMatch(/retry-after: 1\r\n/i)
  expect(answer).toContain('"code":"busy"')
  expect(reasons).toContain('full')
  expect(bodies.bytes).toBeLessThanOrEqual(LIMIT)
  const sent = await post('/whole', new Uint8Array(1_000))
  expect([sent.status, await sent.text()]).toEqual([200, '1000 1000'])
  for (const socket of sockets) socket.destroy()
  await Promise.all(others)
})

it('a body whose items are handed on is held in part', async () => {
  await start()
  const body = new Uint8Array(BULK_BODY_BYTES)
  const sent = await post('/streamed', body)
  expect([sent.status, await sent.text()]).toEqual([200, String(BULK_BODY_BYTES)])
  expect((await post('/whole', body)).status).toBe(429)
})

it.each(['/whole', '/streamed'])('at %s a compressed body counts for what it is decoded to', async (path) => {
  await start()
  const of = (bytes: number) => new Uint8Array(gzipSync(Buffer.alloc(bytes)))
  const encoded = { 'content-encoding': 'gzip' }
  expect((await post(path, of(LIMIT / 2), encoded)).status).toBe(200)
  const refused = await post(path, of(LIMIT), encoded)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
})

it.each(['/whole', '/streamed'])('at %s a body that is not there in time is answered 408', async (path) => {
  await start(50)
  const answers = await Promise.all([holdBack(path, 10), holdBack(path, SINGLE_BODY_BYTES + 10)])
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 408 /)
  expect(reasons).toEqual(['slow', 'slow'])
})

it('a long body can be asked for again: a dead letter has its payload', async () => {
  await start()
  const bytes = 2 * SINGLE_BODY_BYTES
  expect(await (await post('/whole', new Uint8Array(bytes))).text()).toBe(`${bytes} ${bytes}`)
})

it('who breaks off leaves nothing behind', async () => {
  await start()
  const broken = [
    holdBack('/whole', 10),
    holdBack('/whole', SINGLE_BODY_BYTES + 10),
    holdBack('/streamed', 100_000),
  ]
  await expect.poll(() => bodies.bytes).toBeGreaterThan(2 * SINGLE_BODY_BYTES)
  for (const socket of sockets) socket.destroy()
  await Promise.all(broken)
  await expect.poll(() => bodies.bytes).toBe(0)
})
