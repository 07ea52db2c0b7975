/** HTTP's methods as RFC 9110 section 9 has them, for any app: what a path takes, and OPTIONS. HEAD is hono's own. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Hono } from 'hono'
import { Failure } from '../../_core/errors.ts'
import { problem } from './problem.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** `OPTIONS *` asks for the server as a whole, which no app has a route for. @returns whether it was that */
export function answersWhole({ method, url }: IncomingMessage, outgoing: ServerResponse): boolean {
  if (method !== 'OPTIONS' || url !== '*') return false
  outgoing.writeHead(204, { Allow: 'GET, HEAD, POST, OPTIONS' }).end()
  return true
}

/** The methods of a path's own routes; a middleware for all of them is no route. */
function allowedMethods(app: Hono, path: string): readonly string[] {
  const own = METHODS.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
  const withHead = own.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return own.length === 0 ? [] : [...new Set([...withHead, 'OPTIONS'])]
}

/** The answer when no route takes the request: 404, 405 with Allow, or what OPTIONS asks for. */
export function answerUnrouted(app: Hono, c: Context): Response {
  const { path } = c.req
  const allowed = allowedMethods(app, path)
  if (allowed.length === 0) return problem(c, new Failure('notFound', `no route ${path}`))
  c.header('Allow', allowed.join(', '))
  if (c.req.method === 'OPTIONS') return c.body(null, 204)
  return problem(c, new Failure('methodNotAllowed', `${path} takes ${allowed.join(', ')}`))
}
