/** Serves a Hono app on a socket, and stops without cutting anybody off. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { KEEP_ALIVE_MS, REQUEST_TIMEOUT_MS } from '../../_core/limits.ts'

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

export async function serveHttp(app: Hono, at: { host: string; port: number }): Promise<HttpServer> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    getRequestListener(app.fetch),
  )
  server.listen(at.port, at.host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

/** Answers what has begun, then closes; kept-alive connections close after their answer. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await closed
}
