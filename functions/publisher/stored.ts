/** How many events Kafka has: what everything behind it is held against. */
import type { Domain } from '../_core/domain.ts'
import type { Event } from '../_core/event.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Sink } from '../_core/ports.ts'

export function countingStored(
  store: Sink<Event>,
  domains: readonly Domain[],
  metrics: Metrics,
): Sink<Event> {
  const series = new Map(domains.map(({ name }) => [name, metrics.counter('stored', { domain: name })]))
  return async (events) => {
    const outcomes = await store(events)
    for (const [at, { domain }] of events.entries()) {
      if (outcomes[at] === undefined) series.get(domain.name)?.()
    }
    return outcomes
  }
}
