/** Serves a Hono app on a socket, and stops without cutting anybody off. */
import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { HEADER_BYTES, KEEP_ALIVE_MS, REQUEST_TIMEOUT_MS } from '../../_core/limits.ts'
import { defaultBounds, type ServerBounds } from '../../_core/server-bounds.ts'
import { Connections, type Occupation } from '../connections.ts'
import { type Listener, withArrivals } from './arriving.ts'
import { answerRefused, answerUnreadable, isTooSlow } from './invalid-request.ts'
import { answersWhole } from './methods.ts'

/** How often Node looks for requests that take too long; each look wakes an idle function. */
const CHECK_MS = 5_000
/** How often a stopping server looks for connections that have their answer. */
const SWEEP_MS = 50

export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

interface Deadline {
  /** For a request to be there whole, in milliseconds. */
  readonly requestMs: number
  /** How often it is looked at. */
  readonly checkMs: number
}

export async function serveHttp(
  app: Hono,
  at: { host: string; port: number },
  bounds: ServerBounds = defaultBounds(),
  deadline: Deadline = { requestMs: REQUEST_TIMEOUT_MS, checkMs: CHECK_MS },
): Promise<HttpServer> {
  const { bodies } = bounds
  const ask = withArrivals(getRequestListener(app.fetch, { errorHandler: answerRefused }), bodies)
  const listener: Listener = (incoming, outgoing) => {
    const { socket } = incoming
    connections.begin(socket, outgoing)
    outgoing.on('close', () => connections.end(socket, outgoing))
    return answersWhole(incoming, outgoing) || ask(incoming, outgoing)
  }
  const server = createServer(
    {
      requestTimeout: deadline.requestMs,
      headersTimeout: deadline.requestMs,
      connectionsCheckingInterval: deadline.checkMs,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: HEADER_BYTES,
      // Hono's adapter needs one too, and says so in an answer of ours.
      requireHostHeader: false,
    },
    listener,
  )
  const connections = new Connections<Socket, ServerResponse>(server, bounds, occupationOf)
  server.on('connection', (socket) => connections.opened(socket))
  server.on('clientError', (error, socket) => {
    if (isTooSlow(error)) bodies.onRefused('slow')
    answerUnreadable(error, socket)
  })
  // Whoever expects more than we know gets an ordinary answer (RFC 9110 section 10.1.1 allows that).
  server.on('checkExpectation', listener)
  server.listen(at.port, at.host)
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => close(server) }
}

/** Of a connection with a request: that, or its answer, waits for the client, or the answer for this side. */
function occupationOf(outgoing: ServerResponse): Occupation {
  return outgoing.writableEnded || !outgoing.req.complete ? 'owing' : 'served'
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
