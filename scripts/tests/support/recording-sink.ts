/** A sink for tests: a real HTTP server that answers as a script says, and remembers what it was sent. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Reply {
  readonly status: number
  readonly body?: string
  /** Answered when this resolves. */
  readonly after?: Promise<unknown>
}

/** @param attempt the deliveries of this event so far, from 1; an event is known by source and id */
export type Script = (delivery: Delivery, attempt: number) => Reply | number

export interface TestSink {
  readonly url: string
  readonly port: number
  readonly deliveries: Delivery[]
  /** The most requests that were open at the same time. */
  readonly widest: () => number
  close(): Promise<void>
}

export async function startSink(script: Script, port = 0): Promise<TestSink> {
  const deliveries: Delivery[] = []
  const attempts = new Map<string, number>()
  let open = 0
  let widest = 0
  const answer = async (request: IncomingMessage): Promise<Reply> => {
    const delivery = { headers: request.headers, body: await text(request) }
    deliveries.push(delivery)
    const identity = `${request.headers['ce-source']} ${request.headers['ce-id']}`
    const attempt = (attempts.get(identity) ?? 0) + 1
    attempts.set(identity, attempt)
    const reply = script(delivery, attempt)
    return typeof reply === 'number' ? { status: reply } : reply
  }
  const server = createServer(async (request, response) => {
    widest = Math.max(widest, ++open)
    const { status, body, after } = await answer(request)
    await after
    open--
    response.writeHead(status).end(body)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://127.0.0.1:${bound}/`,
    port: bound,
    deliveries,
    widest: () => widest,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
