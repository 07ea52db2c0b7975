/** `/health`: 200 once it delivers. `/stats`: what it did, as JSON. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Readiness } from '../../functions/_core/ports.ts'

export async function serveStats(port: number, readiness: Readiness, stats: () => object) {
  const server = createServer((request, response) => {
    const problem = readiness()
    const [status, body] =
      request.url === '/stats'
        ? [200, stats()]
        : request.url === '/health'
          ? [problem === undefined ? 200 : 503, { status: problem ?? 'ready' }]
          : [404, { status: 'no such route' }]
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    close: async (): Promise<void> => {
      server.close()
      server.closeAllConnections()
    },
  }
}
