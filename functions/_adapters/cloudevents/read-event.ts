/**
 * What the content modes of CloudEvents 1.0 have in common: attributes and content that came in any of them become an
 * event here. Attributes are checked on what was really sent; the lenient defaults of the SDK are not ours.
 */
import { accept, type Missing, named } from '../../_core/accept.ts'
import { type AttributeName, attributeProblem } from '../../_core/attributes.ts'
import type { Domain } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import { type Event, isTraceparent } from '../../_core/event.ts'
import type { TimeOf } from '../../_core/event-time.ts'
import { mediaType } from '../../_core/media-types.ts'
import { isJson } from '../http/body.ts'

/** Context attributes and content, nothing checked yet. */
export interface RawEvent {
  readonly attributes: Readonly<Record<string, unknown>>
  readonly contentType: string | undefined
  /** @throws Failure `malformed` */
  readonly data: () => unknown
}

export interface Reading {
  /** Attributes in headers are taken as they are, neither unquoted nor percent-decoded. */
  readonly rawHeaders?: true
  /** Which domain an event is of, and how what it leaves out is read. @throws Failure for an unknown type or a source it may not have */
  readonly domainOf: (type: string, source: string) => { readonly domain: Domain; readonly missing: Missing }
  /** A stricter look at all attributes, after ours. @throws Failure `malformed` */
  readonly conforms?: (attributes: RawEvent['attributes']) => void
  /** @throws Failure for a time that an event may not have */
  readonly timeOf: TimeOf
}

/** @throws Failure `malformed` for bad attributes, `invalid` for an unknown type or bad content */
export function toEvent({ attributes, contentType, data }: RawEvent, reading: Reading): Event {
  if (attributes.specversion !== '1.0') throw badAttribute('specversion', 'must be 1.0')
  const id = checked('id', attributes.id)
  const source = checked('source', attributes.source)
  const type = checked('type', attributes.type)
  const said = attributes.time === undefined ? undefined : checked('time', attributes.time)
  const { traceparent } = attributes
  reading.conforms?.(attributes)
  const { domain, missing } = reading.domainOf(type, source)
  const time = reading.timeOf(said)
  // A record that nobody made an event of says nothing reliable about its content.
  if (missing === 'required' && contentType !== undefined && !isJson(mediaType(contentType))) {
    throw new Failure('mediaType', 'the data of an event must be JSON')
  }
  const event = {
    id,
    source,
    time,
    domain,
    value: named(domain, accept(domain, data(), missing), source, id),
  }
  // A broken trace must not cost the event (W3C Trace Context section 4.3: ignore what cannot be parsed).
  return typeof traceparent === 'string' && isTraceparent(traceparent) ? { ...event, traceparent } : event
}

function checked(name: AttributeName, value: unknown): string {
  const rule = attributeProblem(name, value)
  if (rule !== undefined) throw badAttribute(name, rule)
  return value as string
}

export const badAttribute = (name: string, rule: string): Failure =>
  new Failure('malformed', `CloudEvents attribute ${name} ${rule}`, [{ field: name, detail: rule }])
