import { execFile } from 'node:child_process'
import { connect } from 'node:http2'
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

const run = promisify(execFile)
const curl = (...args: readonly string[]) => run('curl', ['-s', ...args])
const { stdout: version } = await curl('--version').catch(() => ({ stdout: '' }))

it.skipIf(!/^Features:.*\bHTTP2\b/m.test(version))('a curl that speaks HTTP/2 shows it', async () => {
  const { stdout } = await curl('--http2-prior-knowledge', `${url()}/x`)
  expect(stdout).toContain(DETAIL)
})
