/** The proof for Prometheus, which looks each few seconds whether anybody watches the console or not. */

import type { Domain } from '../../_core/domain.ts'
import type { Metrics } from '../../_core/metrics.ts'
import type { Clock } from '../../_core/ports.ts'
import { topicsOf } from '../../_core/registry.ts'
import type { Polled } from '../steps/poll.ts'
import { type Evidence, isAccounted } from './proof.ts'

/** Evidence is gathered when it is asked for: what Prometheus gets is from the time before, a few scrapes old at most. */
const OLDEST_MS = 60_000

/** Series of a topic that nothing fresh is known of are left out. */
export function observeProof(
  evidence: () => Polled<Evidence>,
  domains: readonly Domain[],
  metrics: Metrics,
  clock: Clock,
): void {
  const topicOf = (name: string) => {
    const { value, asOfMs } = evidence()
    if (value === undefined || asOfMs === null || clock() - asOfMs > OLDEST_MS) return undefined
    return { topic: value.topics.find(({ topic }) => topic === name), isAccounted: isAccounted(value) }
  }
  for (const topic of topicsOf(domains)) {
    metrics.gauge('lagRecords', { topic }, () => topicOf(topic)?.topic?.waiting ?? undefined)
    metrics.gauge('gapRecords', { topic }, () => {
      const known = topicOf(topic)
      return known?.isAccounted ? (known.topic?.gap ?? undefined) : undefined
    })
  }
}
