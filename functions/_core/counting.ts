/** Counting an event: what every counter offers, whatever it counts into. */
import type { Event } from './event.ts'
import type { Sink } from './ports.ts'

export type CountResult = 'counted' | 'duplicate'

/** Told of each event that is counted, now or before. */
export type OnCountResult = (event: Event, result: CountResult) => void

export interface EventCounter {
  /** Every outcome but a bad event's own is `unavailable`: it may be counted or not, so it is sent again. */
  readonly apply: Sink<Event>
}
