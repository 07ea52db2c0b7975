import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { serveHttp } from './server.ts'

it('closes once a kept-alive request that was under way has its answer', async () => {
  let answer = (): void => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  const app = new Hono().get('/', async (c) => {
    await held
    return c.text('done')
  })
  const { port, close } = await serveHttp(app, { host: '127.0.0.1', port: 0 })
  const agent = new Agent({ keepAlive: true })
  const sent = request({ port, agent }).end()
  await once(sent, 'socket')
  await once(sent, 'finish')
  const closed = close()
  answer()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  expect(response.statusCode).toBe(200)
  // Without an end of its own the connection would stay for KEEP_ALIVE_MS, far longer than a test may take.
  await closed
  agent.destroy()
})

it('says what it takes as a whole to OPTIONS *', async () => {
  const { port, close } = await serveHttp(new Hono(), { host: '127.0.0.1', port: 0 })
  const sent = request({ port, method: 'OPTIONS', path: '*' }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.resume()
  expect([response.statusCode, response.headers.allow]).toEqual([204, 'GET, HEAD, POST, OPTIONS'])
  await close()
})
