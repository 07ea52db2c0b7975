/** What is no HTTP that an app could see still gets an answer that says why. */
import { connect } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Hono } from 'hono'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HEADER_BYTES } from '../../_core/limits.ts'
import { answerUnreadable } from './invalid-request.ts'
import { type HttpServer, serveHttp } from './server.ts'

let server: HttpServer
beforeAll(async () => {
  const app = new Hono().post('/', (c) => c.text('done'))
  server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
})
afterAll(() => server.close())

/** The whole answer to raw bytes; the client has no more to say. */
async function answerTo(request: string): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(server.port, '127.0.0.1')
  socket.write(request)
  const answer = await text(socket)
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body }
}

const POST = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'

it.each([
  ['no HTTP', 'hola\r\n\r\n', 400],
  ['two lengths', `${POST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, 400],
  ['a length and chunks', `${POST}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['no Host', 'POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', 400],
  ['an empty Host', 'POST / HTTP/1.1\r\nHost:\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', 400],
  [
    'a Host that is none',
    'POST / HTTP/1.1\r\nHost: x/y\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
    400,
  ],
  ['no path', 'GET * HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', 400],
  ['too many headers', `${POST}X-Long: ${'x'.repeat(HEADER_BYTES)}\r\n\r\n`, 431],
])('%s', async (_, request, status) => {
  const answer = await answerTo(request)
  expect(answer.status).toBe(status)
  expect(answer.head.toLowerCase()).toContain('content-type: application/problem+json')
  expect(JSON.parse(answer.body)).toMatchObject({ status })
})

it('a request that stays incomplete', async () => {
  const socket = new PassThrough()
  answerUnreadable(Object.assign(new Error('slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n[\s\S]*"status":408/)
})

it('headers of just under the limit, and an expectation that nobody knows, are no mistakes', async () => {
  const long = `X-Long: ${'x'.repeat(HEADER_BYTES - 200)}\r\n`
  for (const header of [long, 'Expect: milagro\r\n']) {
    const { status, body } = await answerTo(`${POST}${header}Content-Length: 0\r\n\r\n`)
    expect([status, body]).toEqual([200, 'done'])
  }
})
