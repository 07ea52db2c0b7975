/**
 * Order by key while several sends are in flight: of two things in one lane the later one leaves when the earlier one's
 * send is over, retries included, however it ended. Both may be in one send only if it keeps their order; a send goes by
 * `kind` (a call for each domain), so what is of another kind waits for the next.
 */

import type { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'

export interface Lane {
  readonly key: string
  readonly kind: unknown
}

export type LaneOf<T> = (item: T) => Lane | undefined

/** Events of an ordered domain with the same key. */
export const laneOf: LaneOf<Event> = ({ domain, value }) =>
  domain.ordered && { key: `${domain.topic}/${value[domain.key]}`, kind: domain }

export class Lanes<T> {
  readonly #laneOf: LaneOf<T>
  readonly #busy = new Set<string>()

  constructor(laneOf: LaneOf<T>) {
    this.#laneOf = laneOf
  }

  /** Says of each item, in the order of the queue, whether it may leave with those before it. */
  picker(): (item: T) => boolean {
    const kinds = new Map<string, unknown>()
    const waiting = new Set<string>()
    return (item) => {
      const lane = this.#laneOf(item)
      if (lane === undefined) return true
      const { key, kind } = lane
      const fits = !kinds.has(key) || kinds.get(key) === kind
      if (this.#busy.has(key) || waiting.has(key) || !fits) {
        waiting.add(key)
        return false
      }
      kinds.set(key, kind)
      return true
    }
  }

  /** @returns says which failure a later one of the same lane and group is behind; undefined when nothing failed in a lane */
  behind<Group>(failed: readonly { readonly item: T; readonly group: Group; readonly failure: Failure }[]) {
    const failures = new Map<Group, Map<string, Failure>>()
    for (const { item, group, failure } of failed) {
      const key = this.#laneOf(item)?.key
      if (key === undefined) continue
      const ofGroup = failures.get(group) ?? new Map<string, Failure>()
      failures.set(group, ofGroup.set(key, failure))
    }
    if (failures.size === 0) return undefined
    return ({ item, group }: { readonly item: T; readonly group: Group }): Failure | undefined =>
      failures.get(group)?.get(this.#laneOf(item)?.key ?? '')
  }

  /** @returns to be called when the send of these is over */
  occupy(items: readonly T[]): () => void {
    const keys = items.flatMap((item) => this.#laneOf(item)?.key ?? [])
    for (const key of keys) this.#busy.add(key)
    return () => {
      for (const key of keys) this.#busy.delete(key)
    }
  }
}
