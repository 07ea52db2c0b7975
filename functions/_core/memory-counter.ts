/**
 * What counting means, as plainly as it can be said: maps, bigints and no encoding. Valkey's content is compared with
 * it. It shares with the real counter only how cents and identities are written.
 */

import type { EventCounter, OnCountResult } from './counting.ts'
import type { Domain, Effect, Value } from './domain.ts'
import { asFailure } from './errors.ts'
import type { Event } from './event.ts'
import { identityText } from './keys.ts'
import { MemoryStore } from './memory-store.ts'
import { centsOf, decimalOf } from './money.ts'
import type { Outcome } from './ports.ts'
import type { Snapshot, SnapshotOptions } from './snapshot.ts'
import { msOf } from './time.ts'

export interface MemoryCounter extends EventCounter {
  snapshot(options?: SnapshotOptions): Snapshot
}

export interface MemoryOptions {
  readonly onCountResult?: OnCountResult
  /** Start from what was counted before; its identities are not known any more. */
  readonly from?: Snapshot
}

export function memoryCounter(domains: readonly Domain[], options: MemoryOptions = {}): MemoryCounter {
  const store = new MemoryStore(domains, options.from)
  const seen = new Set<string>()
  const count = (event: Event): Outcome => {
    const identity = JSON.stringify([event.source, event.id])
    if (seen.has(identity)) {
      options.onCountResult?.(event, 'duplicate')
      return undefined
    }
    if (Number.isNaN(msOf(event.time))) return asFailure(new RangeError('invalid time'))
    seen.add(identity)
    for (const effect of event.domain.effects) applyEffect(store, effect, event)
    options.onCountResult?.(event, 'counted')
    return undefined
  }
  return {
    apply: async (events) => events.map(count),
    snapshot: (snapshotOptions) => store.snapshot(snapshotOptions),
  }
}

function applyEffect(store: MemoryStore, effect: Effect, event: Event): void {
  const { domain, value, source, id } = event
  const named = (names: readonly string[]) => names.map((name) => text(domain, value, name))
  const per = 'per' in effect ? (effect.per ?? []) : []
  const key = [effect.key, ...named(per)].join(':')
  const amount = (name: string): bigint => BigInt(Number(value[name]))
  const cents = (name: string): bigint => BigInt(centsOf(Number(value[name])))
  const ms = msOf(event.time)
  const floor = (seconds: number): number => Math.floor(ms / 1000 / seconds) * seconds
  switch (effect.op) {
    case 'count':
      if (effect.field === undefined) store.add(key, '', 1n)
      else store.add(key, text(domain, value, effect.field), 1n)
      return
    case 'sum': {
      const one = effect.unit === 'cents' ? cents(effect.of) : amount(effect.of)
      const times = effect.times === undefined ? 1n : amount(effect.times)
      store.add(key, text(domain, value, effect.field), one * times)
      return
    }
    case 'max':
    case 'min':
      store.extreme(key, effect.op, cents(effect.of))
      return
    case 'rank':
      store.add(key, named(effect.member).join('/'), effect.by === undefined ? 1n : amount(effect.by))
      return
    case 'newest': {
      const price = decimalOf(cents(effect.of))
      store.newest(key, effect.keep, [ms, `${price}:${identityText(source, id)}`])
      return
    }
    case 'series':
      store.add(`${key}:${floor(effect.spanSeconds)}`, String(floor(effect.bucketSeconds)), 1n)
      return
    case 'log': {
      const fields = Object.entries(value).flatMap(([name, content]) => [name, String(content)])
      store.log(key, effect.keep, [
        ...fields,
        'id',
        id.toWellFormed(),
        'source',
        source.toWellFormed(),
        'time',
        event.time,
      ])
    }
  }
}

function text(domain: Domain, value: Value, name: string): string {
  const labels = domain.fields.find((field) => field.name === name)?.labels
  const content = value[name] ?? ''
  return labels?.[Number(content)] ?? String(content)
}
