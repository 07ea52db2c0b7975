import { Hono } from 'hono'
import { expect, it } from 'vitest'
import type { Route } from '../_core/domain.ts'
import { asFailure } from '../_core/errors.ts'
import { patternOf, withPathFields } from './path-fields.ts'

const ROUTE: Route = { path: '/pedidos/{id}/eventos' }
const app = new Hono()
app.post(patternOf(ROUTE), async (c) => c.json(withPathFields(c, ROUTE, await c.req.json()) as object))
app.onError((error, c) => c.json(asFailure(error).code, 400))

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
  const body = JSON.stringify({ id: 'of the body', evento: 'x' })
  const answer = await app.request(`http://ingest/pedidos/${id}/eventos`, { method: 'POST', body })
  expect(await answer.json()).toEqual(expected)
})
