import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:http2'
import { createConnection } from 'node:net'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type HttpServer, serveHttp } from './server.ts'

let server: HttpServer
const url = (): string => `http://127.0.0.1:${server.port}`
beforeAll(async () => {
  const app = new Hono()
  app.all('/x', async (c) => c.text(`taken ${await c.req.text()}`))
  server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
})
afterAll(() => server.close())

const DETAIL = 'HTTP/2 is not spoken here: use HTTP/1.1'

it.each(['GET', 'POST'])(
  'a %s by prior knowledge is answered in HTTP/2, and the next client is served',
  async (method) => {
    const session = connect(url())
    session.on('error', () => {})
    const request = session.request({ ':method': method, ':path': '/x' })
    const answered = new Promise((resolve) => request.on('response', resolve))
    request.on('error', () => {})
    request.end(method === 'POST' ? 'hola' : undefined)
    expect(await answered).toMatchObject({ ':status': 505, 'content-type': 'application/problem+json' })
    expect(JSON.parse(await text(request))).toMatchObject({
      status: 505,
      code: 'httpVersion',
      detail: DETAIL,
    })
    session.destroy()
    expect(await (await fetch(`${url()}/x`)).text()).toBe('taken ')
  },
)

/** More than HTTP/2 lets a client send before it is asked for more. */
const LONG_BYTES = 100_000
const run = promisify(execFile)
const curl = (...args: readonly string[]) => run('curl', ['-sS', ...args])
const { stdout: version } = await curl('--version').catch(() => ({ stdout: '' }))

it.skipIf(!/^Features:.*\bHTTP2\b/m.test(version))('a curl that speaks HTTP/2 shows it', async () => {
  // A body comes by itself, mostly after the answer; a long one is not sent to its end, which curl shows beside it.
  const long = ['-H', 'expect:', '-d', 'x'.repeat(LONG_BYTES)]
  const asked = [[], long, long, ...Array.from({ length: 8 }, () => ['-d', '{}'])].map((options) =>
    curl('--http2-prior-knowledge', ...options, `${url()}/x`).catch((failed: { stdout: string }) => failed),
  )
  for (const { stdout } of await Promise.all(asked)) expect(stdout).toContain(DETAIL)
})

it('who was answered ends the connection itself, and may send its body first', async () => {
  const socket = createConnection(server.port, '127.0.0.1')
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain(DETAIL)
  socket.write('more')
  await (await fetch(`${url()}/x`)).text()
  expect([socket.readableEnded, socket.closed]).toEqual([false, false])
  socket.end('more')
  expect(await text(socket)).toBe('')
})
