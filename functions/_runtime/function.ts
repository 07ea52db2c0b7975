/** What the four functions start with. */
import type { Metrics } from '../_core/metrics.ts'
import { type Lifecycle, startLifecycle } from './lifecycle.ts'
import { createLogger, type Logger } from './log.ts'
import { createMetrics } from './metrics.ts'

export interface Runtime {
  readonly log: Logger
  readonly metrics: Metrics
  readonly lifecycle: Lifecycle
}

export function startRuntime(role: string, { LOG_LEVEL }: { readonly LOG_LEVEL: string }): Runtime {
  const log = createLogger(role, LOG_LEVEL)
  return { log, metrics: createMetrics(role), lifecycle: startLifecycle(log) }
}
