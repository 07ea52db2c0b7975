/**
 * What counting means, as plainly as it can be said: the models of the effects (see effects/operation.ts), by key.
 * Valkey's content is compared with it. It shares with the real counter only how cents and identities are written.
 */

import type { EventCounter, OnCountResult } from './counting.ts'
import type { Domain } from './domain.ts'
import { type Effect, effectOfKey, operationOf } from './effects/index.ts'
import type { ModelEvent } from './effects/operation.ts'
import { asFailure, Failure } from './errors.ts'
import type { Event } from './event.ts'
import { keyedContent, keyReused } from './idempotency.ts'
import type { Moved } from './life.ts'
import { centsOf } from './money.ts'
import type { Outcome } from './ports.ts'
import { byFirst, type Snapshot, type SnapshotOptions, withoutZeros } from './snapshot.ts'
import { msOf } from './time.ts'

export interface MemoryCounter extends EventCounter {
  snapshot(options?: SnapshotOptions): Snapshot
}

export interface MemoryOptions {
  readonly onCountResult?: OnCountResult
  /** Start from what was counted before; its identities are not known any more. */
  readonly from?: Snapshot
}

/** What a key holds, in the form of its effect's model. */
type Store = Map<string, { readonly effect: Effect; readonly held: unknown }>

export function memoryCounter(domains: readonly Domain[], options: MemoryOptions = {}): MemoryCounter {
  const store = storeFrom(options.from ?? {}, domains)
  const seen = new Map<string, string | undefined>()
  const count = (event: Event): Outcome => {
    const identity = JSON.stringify([event.source, event.id])
    const content = keyedContent(event)
    if (seen.has(identity)) {
      if (seen.get(identity) !== content) return keyReused()
      options.onCountResult?.(event, 'duplicate')
      return undefined
    }
    if (Number.isNaN(msOf(event.time))) return asFailure(new RangeError('invalid time'))
    const occurrence = modelEvent(event)
    const refusal = refusalOf(event.domain.effects, occurrence, store)
    if (refusal !== undefined) return new Failure('invalid', refusal)
    const moved = movedBy(event.domain.effects, occurrence, store)
    if (moved instanceof Failure) return moved
    seen.set(identity, content)
    for (const effect of event.domain.effects) {
      const { model } = operationOf(effect)
      const key = model.key(effect, occurrence)
      store.set(key, { effect, held: model.add(store.get(key)?.held, effect, occurrence) })
    }
    if (moved === undefined) options.onCountResult?.(event, 'counted')
    else options.onCountResult?.(event, 'counted', moved)
    return undefined
  }
  return {
    apply: async (events) => events.map(count),
    snapshot: (snapshotOptions) => snapshotOf(store, snapshotOptions),
  }
}

function refusalOf(effects: readonly Effect[], event: ModelEvent, store: Store): string | undefined {
  for (const effect of effects) {
    const { model } = operationOf(effect)
    const refusal = model.refuses?.(store.get(model.key(effect, event))?.held, effect, event)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** What the event does to the entity that it moves, or why that is not allowed. */
function movedBy(effects: readonly Effect[], event: ModelEvent, store: Store): Moved | Failure | undefined {
  for (const effect of effects) {
    const { model } = operationOf(effect)
    const moved = model.judge?.(store.get(model.key(effect, event))?.held, effect, event)
    if (moved !== undefined) return moved
  }
  return undefined
}

function modelEvent({ domain, value, source, id, time }: Event): ModelEvent {
  return {
    value,
    source,
    id,
    time,
    ms: msOf(time),
    label(name) {
      const labels = domain.fields.find((field) => field.name === name)?.labels
      const content = value[name] ?? ''
      return labels?.[Number(content)] ?? String(content)
    },
    integer: (name) => BigInt(Number(value[name])),
    cents: (name) => BigInt(centsOf(Number(value[name]))),
  }
}

function storeFrom(snapshot: Snapshot, domains: readonly Domain[]): Store {
  const effectOf = effectOfKey(domains)
  const store: Store = new Map()
  for (const [key, content] of Object.entries(snapshot)) {
    const effect = effectOf(key)
    if (effect === undefined) continue
    const { model } = operationOf(effect)
    const place = model.standsFor?.(effect, key) ?? key
    const held = model.load(content, effect, key, store.get(place)?.held)
    if (held !== undefined) store.set(place, { effect, held })
  }
  return store
}

function snapshotOf(store: Store, { lasting = false }: SnapshotOptions = {}): Snapshot {
  const contents = [...store].flatMap(([key, { effect, held }]) => {
    const { expires, model, zeros } = operationOf(effect)
    if (lasting && expires) return []
    const contents = model.contents(held, effect, key)
    return zeros === undefined ? contents : contents.flatMap(withoutZeros)
  })
  return Object.fromEntries(contents.sort(byFirst))
}
