/** The first function that sees an event gives it its identity and time, unless the client named it itself. */
import { accept, type Missing, named } from './accept.ts'
import type { Domain } from './domain.ts'
import { type Event, type Identities, isTraceparent } from './event.ts'
import { endpointTimes, type TimeOf } from './event-time.ts'
import { idempotencyId, idempotencyKeyOf, idempotencySource } from './idempotency.ts'
import { EVENT_PAST_DAYS } from './limits.ts'
import type { Clock } from './ports.ts'

/** What a request says beside its content. */
export interface RequestMetadata {
  readonly idempotencyKey: string | undefined
  readonly traceparent: string | undefined
  /** Its place in a bulk. */
  readonly item?: number
}

export interface IdentityAssigner {
  /** @throws Failure `invalid` for a time outside the window */
  readonly timeOf: TimeOf
  /** @throws Failure `invalid` */
  assign(domain: Domain, sent: unknown, missing: Missing, metadata: RequestMetadata): Event
}

/** @param pastDays how long ago an event may have happened */
export function identityAssigner(
  identities: Identities,
  clock: Clock,
  pastDays = EVENT_PAST_DAYS,
): IdentityAssigner {
  const timeOf = endpointTimes(clock, pastDays)
  return {
    timeOf,
    assign(domain, sent, missing, { idempotencyKey, traceparent, item }) {
      const value = accept(domain, sent, missing)
      const { source, id } =
        idempotencyKey === undefined
          ? identities.next()
          : { source: idempotencySource(domain), id: idempotencyId(idempotencyKey, item) }
      const time = timeOf(undefined)
      const event = { id, source, time, domain, value: named(domain, value, source, id) }
      return traceparent !== undefined && isTraceparent(traceparent) ? { ...event, traceparent } : event
    },
  }
}

/** @throws Failure `malformed` for a bad key */
export const requestMetadata = (
  idempotencyKey: string | undefined,
  traceparent: string | undefined,
): RequestMetadata => ({
  idempotencyKey: idempotencyKey === undefined ? undefined : idempotencyKeyOf(idempotencyKey),
  traceparent,
})

/** The metadata of item `item` of a bulk: its key is the bulk's, and its place. */
export const metadataOfItem = (whole: RequestMetadata, item: number): RequestMetadata => ({ ...whole, item })
