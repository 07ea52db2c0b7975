/** What counting tells an operator: duplicates, and how long events took to become visible. */
import type { CountResult } from '../_core/counting.ts'
import type { Domain } from '../_core/domain.ts'
import type { Event } from '../_core/event.ts'
import { NUMBERED_SOURCE } from '../_core/keys.ts'
import type { Moved } from '../_core/life.ts'
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
  const tellMove = observeMoves(metrics)
  return ({ domain, source, id, time, traceparent }: Event, result: CountResult, moved?: Moved): void => {
    if (traceparent !== undefined) log.debug({ traceparent, source, id, domain: domain.name }, result)
    const { counted, duplicate, seconds } = series.get(domain.type) ?? {}
    if (result === 'duplicate') {
      duplicate?.()
      return
    }
    counted?.()
    if (moved !== undefined) tellMove(domain, moved)
    // Only times that this system gave say when an event was accepted.
    if (NUMBERED_SOURCE.test(source)) seconds?.((clock() - msOf(time)) / 1000)
  }
}

/** How things move, and how long they were in the states that they left. Series are made at the first of each. */
function observeMoves(metrics: Metrics) {
  const moves = new Map<string, () => void>()
  const times = new Map<string, (seconds: number) => void>()
  return ({ name }: Domain, { verdict, from, to, spentMs }: Moved): void => {
    const key = `${name} ${verdict} ${to}`
    const move = moves.get(key) ?? metrics.counter('moves', { domain: name, verdict, state: to })
    moves.set(key, move)
    move()
    if (spentMs === undefined) return
    const place = `${name} ${from}`
    const time = times.get(place) ?? metrics.histogram('stateSeconds', { domain: name, state: from })
    times.set(place, time)
    time(spentMs / 1000)
  }
}
