/** As many HTTP connections as may be, on real sockets: which of them give way to a new one, and which do not. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { fewConnections } from '../../_testing/few-connections.ts'
import { memoryPorts } from '../../_testing/ports.ts'
import { createApp } from './app.ts'
import { type HttpServer, serveHttp } from './server.ts'

const LIMIT = 4
const WITHIN = { timeout: 20_000 }
/** Larger than what the kernel takes for a client that reads nothing. */
const LONG_ANSWER = 'x'.repeat(16 * 1024 * 1024)

let server: HttpServer
let release: () => void
let waiting = 0
let few: ReturnType<typeof fewConnections>
const sockets: Socket[] = []
afterEach(async () => {
  release()
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close()
})

async function start(ms: number): Promise<void> {
  waiting = 0
  few = fewConnections(LIMIT, ms)
  const app = createApp(memoryPorts())
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  app.post('/wait', async (c) => {
    waiting++
    await released
    return c.text('done')
  })
  app.get('/long', (c) => c.text(LONG_ANSWER))
  server = await serveHttp(app, { host: '127.0.0.1', port: 0 }, few.bounds)
}

const FORMS = {
  'sends nothing': '',
  'sends half a head': 'POST /wait HTTP/1.1\r\nHost: a\r\n',
  'sends half a body': 'POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234',
  'sends half a long body': `POST /wait HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1234\r\n`,
  'reads no answer': 'GET /long HTTP/1.1\r\nHost: a\r\n\r\n',
  'is answered': 'GET /live HTTP/1.1\r\nHost: a\r\n\r\n',
  'waits for an answer': 'POST /wait HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
} as const

/** A connection on which this is sent. */
async function open(form: keyof typeof FORMS): Promise<Socket> {
  const socket = connect(server.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(FORMS[form])
  if (form === 'is answered') await once(socket, 'data')
  else if (form !== 'reads no answer') socket.resume()
  const before = waiting
  if (form === 'waits for an answer') await expect.poll(() => waiting, WITHIN).toBe(before + 1)
  return socket
}

/** The status over a connection of its own; undefined when it was closed. */
async function ask(): Promise<number | undefined> {
  const url = `http://127.0.0.1:${server.port}/live`
  const response = await fetch(url, { headers: { connection: 'close' } }).catch(() => undefined)
  return response?.status
}

it.each([
  ['sends nothing', 'slow'],
  ['sends half a head', 'slow'],
  ['sends half a body', 'slow'],
  ['sends half a long body', 'slow'],
  ['reads no answer', 'slow'],
  ['is answered', 'idle'],
] as const)('whoever %s, as often as it can, shuts nobody out', async (form, reason) => {
  await start(0)
  for (let count = 0; count < 3 * LIMIT; count++) await open(form)
  await expect.poll(ask, WITHIN).toBe(200)
  expect(few.closed.filter((why) => why === reason).length).toBeGreaterThan(LIMIT)
})

it('an idle one gives way before one that is slow, and that before one that is served', async () => {
  await start(60_000)
  const served = await open('waits for an answer')
  const slow = await open('sends half a body')
  const idle = await open('is answered')
  const last = await open('is answered')
  few.bounds.graceMs = 0
  await expect.poll(() => idle.closed, WITHIN).toBe(true)
  expect(few.closed).toEqual(['idle'])
  expect([served.closed, slow.closed, last.closed]).toEqual([false, false, false])
  await open('waits for an answer')
  await expect.poll(() => last.closed, WITHIN).toBe(true)
  await open('waits for an answer')
  await expect.poll(() => slow.closed, WITHIN).toBe(true)
  expect(few.closed).toEqual(['idle', 'idle', 'slow'])
  release()
  const [answer] = await once(served, 'data')
  expect(String(answer)).toContain('200')
})

it('none gives way before its time, nor while it is served: new ones are closed, until one has ended', async () => {
  await start(60_000)
  const held = [await open('is answered'), await open('sends nothing'), await open('sends half a body')]
  const served = await open('waits for an answer')
  expect(await ask()).toBeUndefined()
  expect(few.closed).toEqual(['full'])
  expect([...held, served].every((socket) => !socket.closed)).toBe(true)
  release()
  const [answer] = await once(served, 'data')
  expect(String(answer)).toContain('200')
  served.destroy()
  await expect.poll(ask, WITHIN).toBe(200)
})

it('a server that is full of those that are served finds room once they are answered', async () => {
  await start(60_000)
  for (let count = 0; count < LIMIT; count++) await open('waits for an answer')
  expect(await ask()).toBeUndefined()
  few.bounds.graceMs = 0
  expect(await ask()).toBeUndefined()
  release()
  await expect.poll(ask, WITHIN).toBe(200)
  expect(few.closed).toContain('full')
})
