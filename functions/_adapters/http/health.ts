/** The HTTP side of a function whose endpoint is another protocol: health and metrics alone. */
import type { ServerBounds } from '../../_core/server-bounds.ts'
import { createApp, type HttpPorts } from './app.ts'
import { type HttpServer, serveHttp } from './server.ts'

export function serveHealth(
  ports: HttpPorts,
  at: { host: string; port: number },
  bounds: ServerBounds,
): Promise<HttpServer> {
  return serveHttp(createApp(ports), at, bounds)
}
