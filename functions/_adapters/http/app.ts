/** What every HTTP function has: request metrics, errors as problems, `/health`, `/ready`, `/live` and `/metrics`. */
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { asFailure, type Failure } from '../../_core/errors.ts'
import type { Metrics } from '../../_core/metrics.ts'
import type { HealthCheck, Logger, Readiness } from '../../_core/ports.ts'
import { type Access, addAccess } from './access.ts'
import { answerUnrouted } from './methods.ts'
import { problem } from './problem.ts'

export interface HttpPorts {
  readonly metrics: Metrics
  readonly log: Logger
  /** Whether it may be sent requests: `/ready`, for probes. */
  readonly readiness: Readiness
  /** Whether it can do its work: `/health`, for people and the step before; by default as `readiness`. */
  readonly health?: HealthCheck
  readonly access?: Access
}

/**
 * A Hono app with the common routes; a handler adds its endpoints with {@link endpoint}.
 *
 * @example
 * const app = createApp(ports)
 * app.post('/echo', endpoint('/echo', ports), async (c) => c.text(await c.req.text()))
 * await app.request('/health') // 200 {"status":"ready"}
 */
export function createApp({ metrics, log, readiness, ...ports }: HttpPorts): Hono {
  const { health = async () => readiness(), access = {} } = ports
  // `/venta/` is `/venta`.
  const app = new Hono({ strict: false })
  addAccess(app, access)
  app.get('/health', async (c) => answerReady(c, await health()))
  app.get('/ready', (c) => answerReady(c, readiness()))
  app.get('/live', (c) => c.json({ status: 'live' }))
  app.get('/metrics', async (c) => {
    const { contentType, text } = await metrics.expose()
    return c.body(text, 200, { 'Content-Type': contentType })
  })
  app.notFound((c) => answerUnrouted(app, c))
  app.onError((error, c) => answerError(c, error, log))
  return app
}

const answerReady = (c: Context, reason: string | undefined): Response =>
  reason === undefined ? c.json({ status: 'ready' }) : c.json({ status: 'not ready', reason }, 503)

function answerError(c: Context, error: unknown, log: Logger): Response {
  const failure = asFailure(error)
  if (failure.code === 'internal') log.error({ err: error, path: c.req.path }, 'defect')
  return problem(c, failure)
}

/**
 * The middleware of a POST route: it counts each request and how long it took, failures as well. It stands before all
 * others of the route, so that what they refuse is counted too.
 *
 * @param onFailure is told of each request that is not answered as asked
 * @example
 * app.post('/venta', endpoint('/venta', ports), authenticate, (c) => storeOne(c))
 */
export function endpoint(
  path: string,
  { metrics, log }: HttpPorts,
  onFailure?: (failure: Failure) => void,
): MiddlewareHandler {
  const seconds = metrics.histogram('requestSeconds', { endpoint: path })
  const counts = new Map<number, () => void>()
  const count = (status: number): void => {
    let add = counts.get(status)
    if (add === undefined) {
      add = metrics.counter('requests', { endpoint: path, code: String(status) })
      counts.set(status, add)
    }
    add()
  }
  return async (c, next) => {
    const start = performance.now()
    await next()
    // What the route threw is an answer already, by the app's onError.
    if (c.error !== undefined) onFailure?.(asFailure(c.error))
    seconds((performance.now() - start) / 1000)
    const { status } = c.res
    count(status)
    log.debug({ endpoint: path, status }, 'request')
  }
}
