/**
 * Who may ask from where. A web page can send requests to any address that its reader's browser reaches, so by default no
 * page of elsewhere may, and on one machine only the names of this machine are answered.
 */
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { Failure } from '../../_core/errors.ts'
import { headersOf } from './headers.ts'
import { problem } from './problem.ts'

export interface Access {
  /**
   * The only names that requests may be addressed to; undefined for any. A page whose own name was made to lead here (DNS
   * rebinding) is no stranger to a browser: it has its name in `Host`.
   */
  readonly allowedHosts?: readonly string[]
  /** Origins of pages that may ask (Fetch standard, CORS protocol); `*` for all, none by default. */
  readonly corsOrigins?: readonly string[]
}

/** What a page may read of an answer beside what it always may. */
const EXPOSED_HEADERS = ['event-id', 'Retry-After', 'Allow', 'Accept-Encoding']
const CORS_METHODS = ['GET', 'HEAD', 'POST']
/** How long a browser need not ask again, in seconds: what the strictest of them remembers. */
const PREFLIGHT_S = 7_200

/** Before all routes. */
export function addAccess(app: Hono, { allowedHosts, corsOrigins = [] }: Access): void {
  if (allowedHosts !== undefined) app.use(requireHost(allowedHosts))
  if (corsOrigins.length > 0) app.use(answerPages(corsOrigins))
}

/** RFC 9110 section 15.5.20: nothing is answered under this name here. */
function requireHost(allowed: readonly string[]): MiddlewareHandler {
  const names = new Set(allowed.map((name) => name.toLowerCase()))
  return async (c, next) => {
    const host = hostOf(c)
    if (names.has(nameOf(host))) return next()
    return problem(c, new Failure('misdirected', `Host ${host} is not one of ${[...names].join(', ')}`))
  }
}

/** In HTTP/2 it is a pseudo-header (RFC 9113 section 8.3.1). */
function hostOf(c: Context): string {
  const header = headersOf(c)
  return header('host') ?? header(':authority') ?? ''
}

const nameOf = (host: string): string => host.replace(/:\d*$/, '').toLowerCase()

/** A preflight says for which method it asks; any other OPTIONS is one like everybody's. */
function answerPages(origins: readonly string[]): MiddlewareHandler {
  const shared = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: CORS_METHODS,
    exposeHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_S,
  })
  return (c, next) =>
    c.req.method === 'OPTIONS' && headersOf(c)('access-control-request-method') === undefined
      ? next()
      : shared(c, next)
}
