/** The lives of things for Prometheus: how many are in each state, for how long they are, and who waits for longest. */
import type { ReadClient } from '../_adapters/valkey/asking.ts'
import { hasLives } from '../_adapters/valkey/lives.ts'
import { type LivesFigures, readLivesFigures } from '../_adapters/valkey/lives-figures.ts'
import type { Domain } from '../_core/domain.ts'
import { transitionOf } from '../_core/effects/transition-data.ts'
import { allStatesOf } from '../_core/life.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Clock } from '../_core/ports.ts'
import { averageSeconds } from '../_core/time-in-state.ts'
import { shared } from './answering.ts'

/** All gauges of one scrape are of one reading. */
const READ_MS = 1_000

export function observeLives(
  client: ReadClient,
  domains: readonly Domain[],
  prefix: string,
  metrics: Metrics,
  clock: Clock,
): void {
  const once = shared(READ_MS, clock)
  for (const domain of domains.filter(hasLives)) {
    const effect = transitionOf(domain)
    if (effect === undefined) continue
    const read = (): Promise<LivesFigures> =>
      once(domain.name, () => readLivesFigures(client, effect, { prefix, top: 1 }))
    for (const state of allStatesOf(effect.life)) {
      const labels = { domain: domain.name, state }
      const here = async () => (await read()).states.find((one) => one.state === state)
      metrics.gauge('stateThings', labels, async () => (await here())?.now)
      metrics.gauge('stateMeanSeconds', labels, async () => {
        const known = await here()
        return known === undefined ? undefined : (averageSeconds(known.time) ?? undefined)
      })
      metrics.gauge('stateOldestSeconds', labels, async () => {
        const oldestMs = (await here())?.oldestMs
        return oldestMs === undefined ? undefined : Math.max(0, clock() - oldestMs) / 1_000
      })
    }
  }
}
