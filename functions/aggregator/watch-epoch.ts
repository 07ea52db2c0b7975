/** Looks every few seconds whether Valkey still holds the data it held, also when nothing is counted, and tells. */
import { type EpochGuard, LOOK_MS } from '../_adapters/valkey/epoch.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Logger } from '../_core/ports.ts'

/** @returns what ends it */
export function watchEpoch(guard: EpochGuard, metrics: Metrics, log: Logger): () => void {
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
  return () => clearInterval(timer)
}
