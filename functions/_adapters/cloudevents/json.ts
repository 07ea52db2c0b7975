/**
 * The JSON event format: structured content mode, and batches (CloudEvents HTTP protocol binding 1.0, sections 3.2 and
 * 3.3).
 */
import { asFailure, Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { BULK_ITEMS } from '../../_core/limits.ts'
import { parseJson } from '../http/json.ts'
import { mapInTurns } from '../turns.ts'
import { badAttribute, type RawEvent, type Reading, toEvent } from './read-event.ts'

/** An event, or each of a batch, is a JSON object (JSON event format, sections 2 and 3). */
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

/** The events of a batch, each by itself: a bad one never harms its neighbours. */
export function toEvents(raw: readonly unknown[], reading: Reading): Promise<(Event | Failure)[]> {
  return mapInTurns(raw, (event) => {
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

/** The members of a batch, nothing of them checked yet. @throws Failure for a body that is no batch */
export function batchOf(body: Buffer): readonly unknown[] {
  const events = parseJson(body, BULK_ITEMS)
  if (!Array.isArray(events)) throw new Failure('malformed', 'a CloudEvents batch is a JSON array')
  return events
}
