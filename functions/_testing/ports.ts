/** Ports in memory for handler tests. */

import type { Account } from '../_core/accounts.ts'
import { identityAssigner } from '../_core/assign-identity.ts'
import type { Followed } from '../_core/counting.ts'
import { domains } from '../_core/domains/index.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { numberedBy } from '../_core/event.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Logger, Outcome, Sink } from '../_core/ports.ts'
import { registryOf } from '../_core/registry.ts'

/** A moment that tests can tell from any real one: 2026-11-27, a Black Friday. */
export const NOW = Date.UTC(2026, 10, 27, 12)
export const SOURCE = '/ingest/0123456789ab'

export interface MemorySink {
  readonly submit: Sink<Event>
  readonly events: Event[]
}

/** Keeps what it is given, and answers what `outcome` says. */
export function memorySink(outcome: (event: Event) => Outcome = () => undefined): MemorySink {
  const events: Event[] = []
  const submit: Sink<Event> = async (batch) => {
    const outcomes = batch.map(outcome)
    events.push(...batch.filter((_, index) => outcomes[index] === undefined))
    return outcomes
  }
  return { submit, events }
}

const silentMetrics: Metrics = {
  counter: () => () => {},
  histogram: () => () => {},
  gauge: () => {},
  expose: async () => ({ contentType: 'text/plain', text: '' }),
}

/** Metrics that a test can look at: how often each series was added to, by `<name> <label>=<value>…`. */
export function countingMetrics() {
  const counted: Record<string, number> = {}
  const series = (name: string, labels: object) => () => {
    const key = [name, ...Object.entries(labels).map((label) => label.join('='))].join(' ')
    counted[key] = (counted[key] ?? 0) + 1
  }
  const metrics: Metrics = { ...silentMetrics, counter: series, histogram: series }
  return { metrics, counted }
}

/** A log whose lines a test can look at. */
export function memoryLog(): Logger & {
  readonly lines: { level: string; fields: object; message: string }[]
} {
  const lines: { level: string; fields: object; message: string }[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Nobody asks for them. */
const memoryAccounts: Sink<Account> = async (accounts) => accounts.map(() => undefined)

/** All is well. */
export const healthy = { readiness: () => undefined, health: async () => undefined }

/** Everything an HTTP handler needs but its sink. */
export function memoryPorts() {
  return {
    metrics: silentMetrics,
    log: memoryLog(),
    readiness: (): string | undefined => undefined,
    registry: registryOf(domains),
    identities: identityAssigner(numberedBy('ingest', '0123456789ab'), () => NOW),
    clock: () => NOW,
    ask: async (): Promise<object> => {
      throw new Failure('notFound', 'nobody knows it, or not yet')
    },
    accounts: memoryAccounts,
    followed: (): Followed | undefined => undefined,
  }
}
