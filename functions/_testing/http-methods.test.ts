/** What HTTP says of any route: a slash at its end, HEAD, OPTIONS and 405, at every function that speaks HTTP. */
import type { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createApp } from '../_adapters/http/app.ts'
import { aggregatorHandler } from '../aggregator/handler.ts'
import { bridgeHandler } from '../bridge/handler.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { memoryPorts, memorySink } from './ports.ts'

const SALE = JSON.stringify({ categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 })
const JSON_TYPE = { 'content-type': 'application/json' }

function apps() {
  const sink = memorySink()
  const ports = { ...memoryPorts(), submit: sink.submit }
  const all: Record<string, Hono> = {
    ingest: ingestHandler(ports),
    bridge: bridgeHandler(ports),
    aggregator: aggregatorHandler(ports),
    publisher: createApp(ports),
  }
  return { ...sink, all }
}

/** A middleware of a route is in hono's list as the route is. */
const routes = Object.entries(apps().all).flatMap(([name, app]) =>
  ['GET', 'POST'].flatMap((method) => {
    const own = app.routes.filter((route) => route.method === method)
    return [...new Set(own.map(({ path }) => path))].map((path) => ({ name, path, method }))
  }),
)

describe.each(routes)('$name $method $path', ({ name, path, method }) => {
  const ask = (as: string, at = path) => apps().all[name]?.request(at, { method: as }) as Promise<Response>
  const isBoth = routes.filter((route) => route.name === name && route.path === path).length > 1
  const allow = [
    ...(method === 'GET' || isBoth ? ['GET', 'HEAD'] : []),
    ...(method === 'POST' || isBoth ? ['POST'] : []),
    'OPTIONS',
  ]

  it('OPTIONS says what it takes', async () => {
    const answer = await ask('OPTIONS')
    expect([answer.status, answer.headers.get('allow'), await answer.text()]).toEqual([
      204,
      allow.join(', '),
      '',
    ])
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('another method is 405, and says so too', async () => {
    const answer = await ask('DELETE')
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow.join(', ')])
  })

  it('HEAD is GET without a body, or 405', async () => {
    const answer = await ask('HEAD')
    expect(await answer.text()).toBe('')
    if (!allow.includes('HEAD')) return expect(answer.status).toBe(405)
    const got = await ask('GET')
    expect(answer.status).toBe(got.status)
    expect(answer.headers.get('content-type')).toBe(got.headers.get('content-type'))
  })

  it('a slash at the end does not matter', async () => {
    if (path === '/docs') {
      const answer = await ask('GET', '/docs/')
      return expect([answer.status, answer.headers.get('location')]).toEqual([308, '../docs'])
    }
    const slashed = path.replace(/\/*$/, '/')
    expect((await ask(method, slashed)).status).toBe((await ask(method)).status)
    expect((await ask('OPTIONS', slashed)).headers.get('allow')).toBe(allow.join(', '))
  })
})

it('takes a sale at /venta/', async () => {
  const { all, events } = apps()
  const answer = await all.ingest?.request('/venta/', { method: 'POST', headers: JSON_TYPE, body: SALE })
  expect([answer?.status, await answer?.text()]).toEqual([200, '"Venta procesada"'])
  expect(events).toHaveLength(1)
})

it.each(['GET', 'HEAD', 'OPTIONS', 'POST'])('%s of what is nowhere is 404', async (method) => {
  for (const app of Object.values(apps().all)) {
    const answer = await app.request('/nada', { method })
    expect([answer.status, answer.headers.get('allow')]).toEqual([404, null])
  }
})
