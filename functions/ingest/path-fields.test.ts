import { Hono } from 'hono'
import { expect, it } from 'vitest'
import type { Route } from '../_core/domain.ts'
import { domains } from '../_core/domains/index.ts'
import { asFailure } from '../_core/errors.ts'
import { memoryPorts, memorySink } from '../_testing/ports.ts'
import { ingestHandler } from './handler.ts'
import { patternOf, withPathFields } from './path-fields.ts'

const ROUTE: Route = { path: '/pedidos/{id}/eventos' }
const app = new Hono()
const domain = domains.find(({ routes }) => routes.some(({ path }) => path === ROUTE.path))
if (domain === undefined) throw new Error('no domain has a field in a path')
app.post(patternOf(ROUTE), async (c) =>
  c.json(withPathFields(c, domain, ROUTE, await c.req.json()) as object),
)
app.onError((error, c) => {
  const { code, fields } = asFailure(error)
  return c.json(fields[0]?.field ?? code, 400)
})
const post = async (id: string, sent: object): Promise<unknown> => {
  const body = JSON.stringify(sent)
  return (await app.request(`http://ingest/pedidos/${id}/eventos`, { method: 'POST', body })).json()
}

const MALFORMED = 'malformed'
it.each([
  ['a-1', { id: 'a-1', evento: 'x' }],
  ['a%2Fb%20c', { id: 'a/b c', evento: 'x' }],
  ['%C3%B1', { id: 'ñ', evento: 'x' }],
  ['100%25', { id: '100%', evento: 'x' }],
  ['%zz', MALFORMED],
  ['%ff', MALFORMED],
  ['a%', MALFORMED],
])('/pedidos/%s/eventos says %o', async (id, expected) => {
  expect(await post(id, { evento: 'x' })).toEqual(expected)
})

const TAKEN = { id: 'a/b', evento: 'x' }
it.each([
  [{ id: 'a/b' }, TAKEN],
  [{ id: null }, TAKEN],
  [{ order_id: 'a/b' }, { ...TAKEN, order_id: 'a/b' }],
  [{ id: 'b' }, 'id'],
  [{ id: '' }, 'id'],
  [{ id: 7 }, 'id'],
  [{ id: 'a/b', order_id: 'b' }, 'order_id'],
  [{ pedido_id: 'a%2Fb' }, 'pedido_id'],
])('/pedidos/a%%2Fb/eventos with %o says %o', async (sent, expected) => {
  expect(await post('a%2Fb', { evento: 'x', ...sent })).toEqual(expected)
})

it.each([
  ['one', 'application/json', (items: readonly object[]) => JSON.stringify(items[1])],
  ['an array', 'application/json', JSON.stringify],
  [
    'NDJSON',
    'application/x-ndjson',
    (items: readonly object[]) => items.map((item) => JSON.stringify(item)).join('\n'),
  ],
])('%s that names another thing than its path is refused, and harms no other', async (form, type, write) => {
  const { submit, events } = memorySink()
  const ingest = ingestHandler({ ...memoryPorts(), submit })
  const body = write([{ evento: 'preparar' }, { id: 'otro', evento: 'preparar' }])
  const headers = { 'content-type': type }
  const answer = await ingest.request('/pedidos/a-1/eventos', { method: 'POST', headers, body })
  const text = await answer.text()
  expect(text).toContain('"pointer":"#/id","detail":"must be what the path says"')
  expect([answer.status, events.length]).toEqual(form === 'one' ? [422, 0] : [200, 1])
})
