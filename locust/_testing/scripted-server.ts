/** A server in place of ingest, whose every answer is scripted; it keeps what it was asked. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly number: number
  readonly path: string
  readonly body: string
  readonly contentType: string | undefined
  readonly host: string | undefined
  readonly key: string | undefined
  /** What a 200 would carry. */
  readonly receipt: string
}

export type Script = (asked: Asked, response: ServerResponse) => void | Promise<void>

export interface ScriptedServer {
  readonly url: string
  readonly asked: readonly Asked[]
  close(): void
}

export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const number = asked.length
    const chunks: Buffer[] = []
    const key = request.headers['idempotency-key']
    const one: Asked = {
      number,
      path: request.url ?? '',
      body: '',
      contentType: request.headers['content-type'],
      host: request.headers.host,
      key: typeof key === 'string' ? key : undefined,
      receipt: typeof key === 'string' ? `/idempotency/test#${key}` : `/ingest/test#${number}`,
    }
    asked.push(one)
    for await (const chunk of request) chunks.push(chunk)
    asked[number] = { ...one, body: Buffer.concat(chunks).toString() }
    await script(asked[number], response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What ingest answers when the event is stored. */
export const stored = ({ path, receipt }: Asked): string =>
  JSON.stringify(path === '/venta' ? 'Venta procesada' : { estado: 'OK', id: receipt })

export const store: Script = (asked, response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Event-Id': asked.receipt })
  response.end(stored(asked))
}
