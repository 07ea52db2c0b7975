/**
 * CloudEvents 1.0 over HTTP (protocol binding, section 3): binary, structured and batched content modes to and from
 * events. Attributes are checked on what was really sent; the lenient defaults of the SDK are not ours.
 */
import { accept, type Missing } from '../../_core/accept.ts'
import { type AttributeName, attributeProblem } from '../../_core/attributes.ts'
import type { Domain } from '../../_core/domain.ts'
import { asFailure, Failure } from '../../_core/errors.ts'
import { type Event, isTraceparent } from '../../_core/event.ts'
import { isJson, mediaType } from '../http/body.ts'
import type { HeaderReader } from '../http/headers.ts'
import { parseJson } from '../http/json.ts'

export const STRUCTURED = 'application/cloudevents+json'
export const BATCH = 'application/cloudevents-batch+json'

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
  /** RFC 3339 time for an event that says none. */
  readonly now: () => string
}

const BINARY_ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'time', 'traceparent'] as const

/** Whether the request is a CloudEvent in binary mode, even one that lacks some attribute; the other modes are known by their media type. */
export const isBinary = (header: HeaderReader): boolean =>
  ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'].some((name) => header(name) !== undefined)

/** Section 3.1: attributes are headers with the prefix `ce-`, percent-encoded; the body is the data. */
export function readBinary(
  header: HeaderReader,
  body: Buffer,
  { rawHeaders }: Pick<Reading, 'rawHeaders'>,
): RawEvent {
  const attributes: Record<string, unknown> = {}
  for (const name of BINARY_ATTRIBUTES) {
    const value = header(`ce-${name}`)
    if (value !== undefined) attributes[name] = rawHeaders ? value : percentDecode(unquoted(value))
  }
  return { attributes, contentType: header('content-type'), data: () => parseJson(body) }
}

/** Section 3.2 and 3.3: an event, or each of a batch, is a JSON object (JSON event format, section 2 and 3). */
export function readStructured(event: unknown): RawEvent {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw new Failure('malformed', 'a CloudEvent is a JSON object')
  }
  const attributes = withoutNulls(event)
  const { datacontenttype, data_base64: base64, data } = attributes
  if (base64 !== undefined && data !== undefined) throw badAttribute('data_base64', 'must not be beside data')
  return {
    attributes,
    contentType: datacontenttype === undefined ? undefined : String(datacontenttype),
    data: () => (typeof base64 === 'string' ? parseJson(Buffer.from(base64, 'base64')) : data),
  }
}

/** JSON event format, section 2.1: an attribute that is null is unset. */
function withoutNulls(event: object): Readonly<Record<string, unknown>> {
  if (!Object.values(event).includes(null)) return event as Readonly<Record<string, unknown>>
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null))
}

/** @throws Failure `malformed` for bad attributes, `invalid` for an unknown type or bad content */
export function toEvent({ attributes, contentType, data }: RawEvent, reading: Reading): Event {
  if (attributes.specversion !== '1.0') throw badAttribute('specversion', 'must be 1.0')
  const id = checked('id', attributes.id)
  const source = checked('source', attributes.source)
  const type = checked('type', attributes.type)
  const time = attributes.time === undefined ? reading.now() : checked('time', attributes.time)
  const { traceparent } = attributes
  reading.conforms?.(attributes)
  const { domain, missing } = reading.domainOf(type, source)
  // A record that nobody made an event of says nothing reliable about its content.
  if (missing === 'required' && contentType !== undefined && !isJson(mediaType(contentType))) {
    throw new Failure('mediaType', 'the data of an event must be JSON')
  }
  const event = { id, source, time, domain, value: accept(domain, data(), missing) }
  // A broken trace must not cost the event (W3C Trace Context section 4.3: ignore what cannot be parsed).
  return typeof traceparent === 'string' && isTraceparent(traceparent) ? { ...event, traceparent } : event
}

/** The events of a batch, each by itself: a bad one never harms its neighbours. */
export function toEvents(raw: readonly unknown[], reading: Reading): (Event | Failure)[] {
  return raw.map((event) => {
    try {
      return toEvent(readStructured(event), reading)
    } catch (error) {
      return asFailure(error)
    }
  })
}

/** An event in the JSON event format. */
export const encodeEvent = ({ id, source, time, traceparent, domain, value }: Event): string =>
  JSON.stringify({ specversion: '1.0', id, source, type: domain.type, time, traceparent, data: value })

/** A batch in the JSON batch format (section 4). */
export const encodeBatch = (events: readonly Event[]): string => `[${events.map(encodeEvent).join()}]`

function checked(name: AttributeName, value: unknown): string {
  const rule = attributeProblem(name, value)
  if (rule !== undefined) throw badAttribute(name, rule)
  return value as string
}

/** Section 3.1.3.2: a header is unquoted, then percent-decoded once. */
const unquoted = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value

function percentDecode(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    throw new Failure('malformed', 'a CloudEvents header is not valid percent-encoding')
  }
}

const badAttribute = (name: string, rule: string): Failure =>
  new Failure('malformed', `CloudEvents attribute ${name} ${rule}`, [{ field: name, detail: rule }])
