/** Serves a Hono app on a socket, and stops without cutting anybody off. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { HEADER_BYTES, KEEP_ALIVE_MS, REQUEST_TIMEOUT_MS, SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { answerRefused, answerUnreadable } from './invalid-request.ts'

/** How often Node looks for requests that take too long; each look wakes an idle function. */
const CHECK_MS = 5_000
/** How often a stopping server looks for connections that have their answer. */
const SWEEP_MS = 50

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

export async function serveHttp(app: Hono, at: { host: string; port: number }): Promise<HttpServer> {
  const listener = withShortBodies(getRequestListener(app.fetch, { errorHandler: answerRefused }))
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES,
      // Hono's adapter needs one too, and says so in an answer of ours.
      requireHostHeader: false,
    },
    listener,
  )
  server.on('clientError', answerUnreadable)
  // Whoever expects more than we know gets an ordinary answer (RFC 9110 section 10.1.1 allows that).
  server.on('checkExpectation', listener)
  server.listen(at.port, at.host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

/**
 * Reads a short body whole before the app is asked, and hands it over where hono's adapter looks for one that is there
 * already (`rawBody`): a promise and four event listeners less for each request. The app reads long bodies, and those
 * that don't say their length, while it bounds them. Who breaks off in the middle of a short body is not answered.
 */
function withShortBodies(listener: Listener): Listener {
  return (incoming, outgoing) => {
    const isShort = Number(incoming.headers['content-length']) <= SINGLE_BODY_BYTES
    if (!isShort) return listener(incoming, outgoing)
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => void chunks.push(chunk))
    incoming.on('end', () => {
      const [first] = chunks
      const rawBody = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
      listener(Object.assign(incoming, { rawBody }), outgoing)
    })
  }
}

/** Answers what has begun, then closes. Connections that clients keep are closed once they have their answer. */
async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  // Node closes those that are idle now, but leaves one that gets its answer later open for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  await closed
  clearInterval(sweep)
}
