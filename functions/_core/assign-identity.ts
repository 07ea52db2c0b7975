/** The first function that sees an event gives it its identity and time, unless the client named it itself. */
import { accept, type Missing } from './accept.ts'
import type { Domain } from './domain.ts'
import { Failure } from './errors.ts'
import { type Event, type Identities, idempotencySource, isTraceparent } from './event.ts'
import { IDEMPOTENCY_KEY_CHARS } from './limits.ts'
import type { Clock } from './ports.ts'
import { timestampOf } from './time.ts'

/** What a request says beside its content. */
export interface RequestMetadata {
  readonly idempotencyKey: string | undefined
  readonly traceparent: string | undefined
}

export interface IdentityAssigner {
  /** @throws Failure `invalid` */
  assign(domain: Domain, sent: unknown, missing: Missing, metadata: RequestMetadata): Event
}

export function identityAssigner(identities: Identities, clock: Clock): IdentityAssigner {
  return {
    assign(domain, sent, missing, { idempotencyKey, traceparent }) {
      const value = accept(domain, sent, missing)
      const { source, id } =
        idempotencyKey === undefined
          ? identities.next()
          : { source: idempotencySource(domain), id: idempotencyKey }
      const event = { id, source, time: timestampOf(clock()), domain, value }
      return traceparent !== undefined && isTraceparent(traceparent) ? { ...event, traceparent } : event
    },
  }
}

/** @throws Failure `malformed` for a bad key */
export function requestMetadata(
  idempotencyKey: string | undefined,
  traceparent: string | undefined,
): RequestMetadata {
  if (
    idempotencyKey === undefined ||
    (idempotencyKey.trim() !== '' && idempotencyKey.length <= IDEMPOTENCY_KEY_CHARS)
  ) {
    return { idempotencyKey, traceparent }
  }
  const detail = `must have 1 to ${IDEMPOTENCY_KEY_CHARS} characters`
  throw new Failure('malformed', `Idempotency-Key ${detail}`, [{ field: 'idempotency-key', detail }])
}

/** The metadata of item `index` of a bulk: its key is `key/index`. */
export const metadataOfItem = (
  { idempotencyKey, traceparent }: RequestMetadata,
  index: number,
): RequestMetadata => ({
  idempotencyKey: idempotencyKey === undefined ? undefined : `${idempotencyKey}/${index}`,
  traceparent,
})
