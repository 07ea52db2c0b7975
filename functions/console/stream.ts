/**
 * The live stream as an answer. Not hono's streamSSE: it writes without asking whether the client reads, can wait for ever
 * on a write after an abort, and knows no Last-Event-ID.
 */
import type { HttpBindings } from '@hono/node-server'
import type { Context, Hono } from 'hono'
import { parametersOf } from './answering.ts'
import { liveQuery, ROUTES } from './api.ts'
import { STUCK_MS } from './limits.ts'
import type { Live } from './live.ts'
import { placesOf } from './places.ts'

const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // Some proxies hold answers back to fill their buffer.
  'X-Accel-Buffering': 'no',
}

export function addStream(app: Hono, live: Live): void {
  app.get(ROUTES.live, (c: Context<{ Bindings: Partial<HttpBindings> }>) => {
    // A browser that comes back by itself says the newest place in the header; its address is as old as the page.
    const given = c.req.header('last-event-id') || parametersOf(c, liveQuery).after
    const places = given === undefined ? undefined : placesOf(given, 'after')
    // Frames come each second: a socket that takes nothing for this long belongs to nobody.
    const { socket } = c.env?.outgoing ?? {}
    socket?.setTimeout(STUCK_MS, () => socket.destroy())
    return c.body(live.watch(places), 200, HEADERS)
  })
}
