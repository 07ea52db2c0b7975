/** Events to and from protobuf messages: content by the domain's two functions, context beside it. */
import { accept } from '../../_core/accept.ts'
import type { Domain } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import { type Event, isTraceparent } from '../../_core/event.ts'
import type { EventContext } from '../../_core/gen/common.ts'
import { EVENT_ID_CHARS, EVENT_SOURCE_CHARS } from '../../_core/limits.ts'
import type { Envelope, Stamper } from '../../_core/stamp.ts'
import { isTimestamp } from '../../_core/time.ts'

export function messageOf({ domain, value, id, source, time, traceparent = '' }: Event): object {
  return domain.toMessage(value, { id, source, time, traceparent }) as object
}

/**
 * A message without context is a client's, and is given an identity; with one, it is the bridge's and keeps it.
 *
 * @throws Failure `invalid`, naming the bad fields
 */
export function eventOf(domain: Domain, message: object, stamper: Stamper, envelope: Envelope): Event {
  const { contexto } = message as { readonly contexto?: EventContext }
  const sent = domain.fromMessage(message as never)
  if (contexto === undefined) return stamper.stamp(domain, sent, 'absent', envelope)
  const { id, source, time, traceparent } = contexto
  requireContext('contexto.id', id.length > 0 && id.length <= EVENT_ID_CHARS)
  requireContext('contexto.source', source.length > 0 && source.length <= EVENT_SOURCE_CHARS)
  requireContext('contexto.time', isTimestamp(time))
  const event = { id, source, time, domain, value: accept(domain, sent, 'absent') }
  return isTraceparent(traceparent) ? { ...event, traceparent } : event
}

function requireContext(field: string, holds: boolean): void {
  if (holds) return
  const detail = 'is required, in the form common.proto says'
  throw new Failure('invalid', `${field} ${detail}`, [{ field, detail }])
}
