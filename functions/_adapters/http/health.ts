/** The HTTP side of a function whose endpoint is another protocol: health and metrics alone. */
import type { ByteBudget } from '../../_core/byte-budget.ts'
import { createApp, type HttpPorts } from './app.ts'
import { type HttpServer, serveHttp } from './server.ts'

export function serveHealth(
  ports: HttpPorts,
  at: { host: string; port: number },
  bodies: ByteBudget,
): Promise<HttpServer> {
  return serveHttp(createApp(ports), at, bodies)
}
