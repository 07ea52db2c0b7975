/** What every function starts with: settings, log, metrics, and a life that ends in order. */

import { randomBytes } from 'node:crypto'
import { ByteBudget } from '../_core/byte-budget.ts'
import { type Identities, numberedBy } from '../_core/event.ts'
import { CONNECTIONS } from '../_core/limits.ts'
import type { Metrics } from '../_core/metrics.ts'
import { CONNECTION_CLOSED, defaultBounds, type ServerBounds } from '../_core/server-bounds.ts'
import { type Lifecycle, run, startLifecycle } from './lifecycle.ts'
import { createLogger, type Logger } from './log.ts'
import { createMetrics } from './metrics.ts'

export interface Runtime {
  readonly log: Logger
  readonly metrics: Metrics
  readonly lifecycle: Lifecycle
}

interface Server {
  readonly port: number
  close(): Promise<void>
}

interface Started<Env> extends Runtime {
  readonly env: Env
  /** What its servers take at most. */
  readonly bounds: ServerBounds
  /** Says where the server listens, and closes it at the end. */
  serve(server: Promise<Server>): Promise<void>
}

/**
 * Runs a function. What stops it from starting is one readable line on standard error, and exit code 1.
 *
 * @param role its name in logs and metrics
 * @example
 * serveFunction('echo', settings, async ({ env, log, metrics, lifecycle, serve, bounds }) => {
 *   const app = createApp({ log, metrics, readiness: lifecycle.readiness })
 *   await serve(serveHttp(app, listenAt(env.PORT, env.ECHO_PORT), bounds))
 * })
 */
export function serveFunction<
  Env extends { readonly LOG_LEVEL: string; readonly BODY_BYTES_IN_FLIGHT: number },
>(role: string, settings: () => Env, start: (started: Started<Env>) => Promise<void>): void {
  void run(async () => {
    const env = settings()
    const log = createLogger(role, env.LOG_LEVEL)
    const metrics = createMetrics(role)
    const lifecycle = startLifecycle(log)
    const serve = async (starting: Promise<Server>): Promise<void> => {
      const server = await starting
      lifecycle.onClose('server', server.close)
      log.info({ port: server.port }, 'listening')
    }
    const bodies = measuredBudget(env.BODY_BYTES_IN_FLIGHT, metrics)
    const bounds = { ...defaultBounds(), bodies, onConnectionClosed: countingClosed(metrics, log) }
    await start({ env, log, metrics, lifecycle, serve, bounds })
  })
}

function measuredBudget(limitBytes: number, metrics: Metrics): ByteBudget {
  const refused = {
    full: metrics.counter('bodiesRefused', { reason: 'full' }),
    slow: metrics.counter('bodiesRefused', { reason: 'slow' }),
  }
  const budget = new ByteBudget({ limitBytes, onRefused: (reason) => refused[reason]() })
  metrics.gauge('bodyBytes', {}, () => budget.bytes)
  return budget
}

/** How often it is said that connections were closed for want of room, at most. */
const SAID_MS = 60_000

function countingClosed(metrics: Metrics, log: Logger): ServerBounds['onConnectionClosed'] {
  const counts = new Map(
    CONNECTION_CLOSED.map((reason) => [reason, metrics.counter('connectionsClosed', { reason })]),
  )
  let saidMs = Number.NEGATIVE_INFINITY
  return (reason) => {
    counts.get(reason)?.()
    if (performance.now() - saidMs < SAID_MS) return
    saidMs = performance.now()
    log.warn({ reason, limit: CONNECTIONS }, 'as many connections as may be: some are closed')
  }
}

const INSTANCE_BYTES = 6

/** New at each start, 48 random bits long. */
export const freshInstance = (): string => randomBytes(INSTANCE_BYTES).toString('hex')

export const freshIdentities = (role: string): Identities => numberedBy(role, freshInstance())
