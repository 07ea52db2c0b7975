/** `/health`: 200 once it delivers. `/stats`: what it did, as JSON. `/metrics`: for Prometheus. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Metrics } from '../../functions/_core/metrics.ts'
import type { Readiness } from '../../functions/_core/ports.ts'

export async function serveStats(port: number, readiness: Readiness, stats: () => object, metrics: Metrics) {
  const server = createServer(async ({ url }, response) => {
    if (url === '/metrics') {
      const { contentType, text } = await metrics.expose()
      response.writeHead(200, { 'content-type': contentType }).end(text)
      return
    }
    if (url === '/stats') return answer(response, 200, stats())
    if (url !== '/health') return answer(response, 404, { status: 'no such route' })
    const problem = readiness()
    answer(response, problem === undefined ? 200 : 503, { status: problem ?? 'ready' })
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

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
}
