/** Events to and from protobuf messages: content by the domain's two functions, context beside it. */
import { accept, named } from '../../_core/accept.ts'
import type { IdentityAssigner, RequestMetadata } from '../../_core/assign-identity.ts'
import { attributeProblem } from '../../_core/attributes.ts'
import type { Domain } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import { type Event, isTraceparent } from '../../_core/event.ts'
import type { EventContext } from '../../_core/gen/common.ts'
import { requireSource } from '../../_core/reserved-sources.ts'

const CONTEXT_ATTRIBUTES = ['id', 'source', 'time'] as const

export function messageOf({ domain, value, id, source, time, traceparent = '' }: Event): object {
  return domain.toMessage(value, { id, source, time, traceparent }) as object
}

/**
 * A message without context is a client's, and is given an identity; with one, it is the bridge's, or another peer's,
 * and keeps it.
 *
 * @throws Failure `invalid`, naming the bad fields
 */
export function eventOf(
  domain: Domain,
  message: object,
  identities: IdentityAssigner,
  metadata: RequestMetadata,
): Event {
  const { contexto } = message as { readonly contexto?: EventContext }
  const sent = domain.fromMessage(message as never)
  if (contexto === undefined) return identities.assign(domain, sent, 'absent', metadata)
  const { id, source, traceparent } = contexto
  for (const name of CONTEXT_ATTRIBUTES) {
    const detail = attributeProblem(name, contexto[name])
    if (detail === undefined) continue
    const field = `contexto.${name}`
    throw new Failure('invalid', `${field} ${detail}`, [{ field, detail }])
  }
  requireSource(source, 'peer', 'contexto.source')
  const time = identities.timeOf(contexto.time, 'contexto.time')
  const event = { id, source, time, domain, value: named(domain, accept(domain, sent, 'absent'), source, id) }
  return isTraceparent(traceparent) ? { ...event, traceparent } : event
}
