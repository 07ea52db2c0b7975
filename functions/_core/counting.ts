/** Counting an event: what every counter offers, whatever it counts into. */
import type { Event } from './event.ts'
import type { Moved } from './life.ts'
import type { Sink } from './ports.ts'

export type CountResult = 'counted' | 'duplicate'

/** Told of each event that is counted, now or before; `moved` of those that are counted now and move something. */
export type OnCountResult = (event: Event, result: CountResult, moved?: Moved) => void

/** What counting one event did to an aggregate. */
export interface Change {
  readonly key: string
  /** Of a hash or sorted set. */
  readonly field: string | null
  /** Null: there was none. */
  readonly before: string | null
  readonly after: string
}

/** An event that was counted alone, so that each change is its own. */
export interface Followed {
  readonly result: CountResult
  readonly changes: readonly Change[]
  /** Events that came together with it. */
  readonly batch: number
}

export interface Follower {
  /** Whether to follow an event; asked for each before it is counted, so it bounds what following costs. */
  wants(event: Event): boolean
  followed(event: Event, what: Followed): void
}

export interface EventCounter {
  /** Every outcome but a bad event's own is `unavailable`: it may be counted or not, so it is sent again. */
  readonly apply: Sink<Event>
}
