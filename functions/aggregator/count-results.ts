/** What counting tells an operator: duplicates, and how long events took to become visible. */
import type { Domain } from '../_core/domain.ts'
import type { Event } from '../_core/event.ts'
import { NUMBERED_SOURCE } from '../_core/keys.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Clock, Logger } from '../_core/ports.ts'
import { msOf } from '../_core/time.ts'

export function observeCountResults(domains: readonly Domain[], metrics: Metrics, log: Logger, clock: Clock) {
  const series = new Map(
    domains.map(({ type, name }) => [
      type,
      {
        counted: metrics.counter('counted', { domain: name }),
        duplicate: metrics.counter('duplicates', { domain: name }),
        seconds: metrics.histogram('visibilitySeconds', { domain: name }),
      },
    ]),
  )
  return ({ domain, source, id, time, traceparent }: Event, result: 'counted' | 'duplicate'): void => {
    if (traceparent !== undefined) log.debug({ traceparent, source, id, domain: domain.name }, result)
    const { counted, duplicate, seconds } = series.get(domain.type) ?? {}
    if (result === 'duplicate') {
      duplicate?.()
      return
    }
    counted?.()
    // Only times that this system gave say when an event was accepted.
    if (NUMBERED_SOURCE.test(source)) seconds?.((clock() - msOf(time)) / 1000)
  }
}
