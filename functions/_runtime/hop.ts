/** A hop to the next step, complete: coalesced, measured and, where the step can be asked again, retried. */
import type { Metrics } from '../_core/metrics.ts'
import type { Sink } from '../_core/ports.ts'
import { Coalescer } from './coalescer.ts'
import { retrying } from './retry.ts'

export interface HopOptions<T> {
  /** The next step's name, the label of its metrics. */
  readonly to: string
  readonly send: Sink<T>
  readonly sizeOf: (item: T) => number
  readonly metrics: Metrics
  /** No retry starts later than this after the first send, in milliseconds; none at all when left out. */
  readonly retryWithinMs?: number
}

export interface Hop<T> {
  readonly submit: Sink<T>
  /** Drains. */
  close(): Promise<void>
}

export function createHop<T>({ to, send, sizeOf, metrics, retryWithinMs }: HopOptions<T>): Hop<T> {
  const seconds = metrics.histogram('callSeconds', { to })
  const measured: Sink<T> = async (items) => {
    const start = performance.now()
    try {
      return await send(items)
    } finally {
      seconds((performance.now() - start) / 1000)
    }
  }
  const retried =
    retryWithinMs === undefined
      ? measured
      : retrying(measured, {
          clock: Date.now,
          withinMs: retryWithinMs,
          onRetry: metrics.counter('retries', { to }),
        })
  const coalescer = new Coalescer({
    send: retried,
    sizeOf,
    clock: Date.now,
    onBatch: metrics.histogram('batchItems', { to }),
  })
  metrics.gauge('queueItems', { to }, () => coalescer.depth)
  return { submit: coalescer.submit, close: () => coalescer.close() }
}
