/**
 * Looks every few seconds whether Valkey still holds the data it held, also when nothing is counted, and tells; and whether
 * something in it lives by a machine that this build does not have. Data that begin anew get their zeros.
 */

import { randomUUID } from 'node:crypto'
import { Asking, type ReadClient } from '../_adapters/valkey/asking.ts'
import { type EpochClient, type EpochGuard, guardEpoch, LOOK_MS } from '../_adapters/valkey/epoch.ts'
import { seedZeros } from '../_adapters/valkey/zeros.ts'
import type { Domain } from '../_core/domain.ts'
import { figureKeys, transitionOf } from '../_core/effects/transition-data.ts'
import { missingVersions } from '../_core/life.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Logger } from '../_core/ports.ts'
import { topicsOf } from '../_core/registry.ts'

export interface WatchedEpoch {
  readonly valkey: EpochClient & ReadClient
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
  let missing: string | undefined
  let seeded: string | undefined
  const readiness = (): string | undefined => guard.readiness() ?? missing
  const seed = async (): Promise<void> => {
    const { name } = await guard.current()
    if (name === seeded) return
    await seedZeros(valkey, domains, prefix)
    seeded = name
  }
  const look = async (): Promise<void> => {
    // A Valkey that is away says nothing of its data; its own readiness tells.
    await guard
      .look()
      .then(seed)
      .catch(() => {})
    missing = await missingMachines(options).catch(() => missing)
    const problem = readiness()
    if (problem !== undefined && problem !== said) log.error({ problem }, 'nothing is counted any more')
    if (problem === undefined && said !== undefined) log.info({}, 'the data agree again')
    said = problem
  }
  metrics.gauge('dataDisagree', {}, () => (guard.readiness() === undefined ? 0 : 1))
  void look()
  const timer = setInterval(look, LOOK_MS)
  return { ...guard, readiness, close: () => clearInterval(timer) }
}

/** A version was dropped too early: what lives by it is counted again once a build has it. */
async function missingMachines({ valkey, prefix, domains }: WatchedEpoch): Promise<string | undefined> {
  const effects = domains.flatMap((domain) => transitionOf(domain) ?? [])
  const asking = new Asking()
  const asked = effects.map((effect) => ({
    effect,
    living: asking.hash(prefix + figureKeys(effect.figures).versions),
  }))
  await asking.send(valkey)
  const missing = asked.flatMap(({ effect, living }) => missingVersions(effect.life, living()))
  const [version] = missing
  return version === undefined
    ? undefined
    : `this build has no machine of version ${version}, which something lives by`
}
