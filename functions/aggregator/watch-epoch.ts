/** Looks every few seconds whether Valkey still holds the data it held, also when nothing is counted, and tells. */

import { randomUUID } from 'node:crypto'
import { type EpochClient, type EpochGuard, guardEpoch, LOOK_MS } from '../_adapters/valkey/epoch.ts'
import type { Domain } from '../_core/domain.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Logger } from '../_core/ports.ts'
import { topicsOf } from '../_core/registry.ts'

export interface WatchedEpoch {
  readonly valkey: EpochClient
  /** Comes before every key. */
  readonly prefix: string
  readonly domains: readonly Domain[]
  readonly metrics: Metrics
  readonly log: Logger
}

export function watchEpoch(options: WatchedEpoch): EpochGuard & { close(): void } {
  const { valkey, prefix, domains, metrics, log } = options
  const topics = topicsOf(domains)
  const guard = guardEpoch(valkey, { prefix, topics, newName: randomUUID(), clock: Date.now })
  let said: string | undefined
  const look = async (): Promise<void> => {
    // A Valkey that is away says nothing of its data; its own readiness tells.
    await guard.look().catch(() => {})
    const problem = guard.readiness()
    if (problem !== undefined && problem !== said) log.error({ problem }, 'nothing is counted any more')
    if (problem === undefined && said !== undefined) log.info({}, 'the data agree again')
    said = problem
  }
  metrics.gauge('dataDisagree', {}, () => (guard.readiness() === undefined ? 0 : 1))
  void look()
  const timer = setInterval(look, LOOK_MS)
  return { ...guard, close: () => clearInterval(timer) }
}
