/**
 * What is promised at the door of an Idempotency-Key: the publisher, which every endpoint leads to, remembers the keys
 * that it saw of late and refuses one that comes again with other content. It asks nobody, so it knows nothing of what
 * other instances took, or it did before it was started; that is found when the event is counted.
 *
 * A key is bound to its content from when it is handed over until it is known that nothing was stored, so requests at the
 * same time are told apart as well.
 */
import { hash } from 'node:crypto'
import { fingerprintOf } from '../_adapters/fingerprint.ts'
import { ERRORS } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { keyReused } from '../_core/idempotency.ts'
import { REMEMBERED_KEYS } from '../_core/limits.ts'
import { type Outcome, type Sink, submitItems } from '../_core/ports.ts'

export function refusingReusedKeys(store: Sink<Event>, rememberedKeys = REMEMBERED_KEYS): Sink<Event> {
  /** Fingerprints of content by key, the one that came last at the end. */
  const contents = new Map<string, string>()
  const bind = (name: string, fingerprint: string): void => {
    contents.delete(name)
    contents.set(name, fingerprint)
    const [oldest] = contents.size > rememberedKeys ? contents.keys() : []
    if (oldest !== undefined) contents.delete(oldest)
  }
  return async (events) => {
    const keyed = keyedOf(events)
    if (keyed.size === 0) return store(events)
    const items: (Event | ReturnType<typeof keyReused>)[] = [...events]
    const bound = new Set<number>()
    for (const [at, { name, fingerprint }] of keyed) {
      const known = contents.get(name)
      if (known === undefined) bound.add(at)
      if (known === undefined || known === fingerprint) bind(name, fingerprint)
      else items[at] = keyReused()
    }
    const outcomes = await submitItems(items, store)
    for (const [at, { name, fingerprint }] of keyed) {
      if (items[at] !== events[at]) continue
      if (isSurelyNotStored(outcomes[at])) {
        if (bound.has(at)) contents.delete(name)
      } else if (!contents.has(name)) bind(name, fingerprint)
    }
    return outcomes
  }
}

interface Keyed {
  /** As long for every key, so that what is remembered is bounded in bytes as well. */
  readonly name: string
  readonly fingerprint: string
}

/** Those of the events that a key names, by their place. */
function keyedOf(events: readonly Event[]): ReadonlyMap<number, Keyed> {
  const keyed = new Map<number, Keyed>()
  for (const [at, event] of events.entries()) {
    const fingerprint = fingerprintOf(event)
    if (fingerprint === undefined) continue
    const name = hash('sha256', JSON.stringify([event.source, event.id]), 'base64')
    keyed.set(at, { name, fingerprint })
  }
  return keyed
}

/** A step that did not answer may have stored it. */
const isSurelyNotStored = (outcome: Outcome): boolean =>
  outcome !== undefined && (outcome.code === 'busy' || ERRORS[outcome.code].http < 500)
