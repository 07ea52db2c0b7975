/** The console: what is counted and how the pipeline is, for people to look at. It changes nothing, but by the form. */
import type { Hono } from 'hono'
import { addDocs } from '../_adapters/docs/routes.ts'
import { createApp, type HttpPorts } from '../_adapters/http/app.ts'
import { addPages } from './pages/pages.ts'
import { addRoutes, type QueryPorts } from './routes.ts'
import { addSend, type SendPorts } from './send/routes.ts'
import { addStream } from './stream.ts'

export interface ConsolePorts extends HttpPorts, QueryPorts {
  readonly send: Omit<SendPorts, 'domains' | 'clock'>
}

export function consoleHandler(ports: ConsolePorts): Hono {
  const app = createApp(ports)
  addDocs(app, { '/openapi.json': async () => (await import('./openapi.ts')).openApiDocument() })
  addRoutes(app, ports)
  addStream(app, ports.live)
  addSend(app, { ...ports.source, ...ports.send })
  addPages(app)
  return app
}
