/** The console: what is counted and how the pipeline is, for people to look at. */
import type { Hono } from 'hono'
import { createApp, type HttpPorts } from '../_adapters/http/app.ts'

export function consoleHandler(ports: HttpPorts): Hono {
  return createApp(ports)
}
