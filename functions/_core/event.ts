/** An event on its pipeline: CloudEvents 1.0 context attributes with the content already checked. */
import type { Domain, Value } from './domain.ts'

export interface Event {
  /** Unique within `source`. */
  readonly id: string
  readonly source: string
  /** RFC 3339. */
  readonly time: string
  /** W3C Trace Context, passed on as the CloudEvents extension of that name. */
  readonly traceparent?: string
  readonly domain: Domain
  readonly value: Value
}

/** What a client is given to name its event by: unique everywhere, since (source, id) is. */
export const receipt = (event: Event): string => `${event.source}#${event.id}`

/** Gives identities: one source for each process, and a running number. */
export interface Identities {
  next(): { readonly source: string; readonly id: string }
}

/** @param instance unique for each process start, else two processes would number the same events */
export function numberedBy(role: string, instance: string): Identities {
  const source = `/${role}/${instance}`
  let last = 0
  return { next: () => ({ source, id: String(++last) }) }
}

/** Records have identities too, of a namespace that no event is in: `/lote/<instance>`. */
export const RECORD_ROLE = 'lote'

/** W3C Trace Context section 3.2: version, trace id, parent id, flags; all-zero ids are invalid. */
export const isTraceparent = (text: string): boolean =>
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(text)

/** What an event has beside its texts: names of fields and headers, numbers, time, framing. */
const FRAME_BYTES = 500
/** A control character in JSON is `\u0001`; any other is shorter, also one that is in the key and the value. */
const CHARACTER_BYTES = 6

/** At least the bytes of an event in the log, in a record of its own or not, so that a batch within its bound is within Kafka's. */
export function sizeOf({ id, source, value }: Event): number {
  let characters = id.length + source.length
  for (const name in value) {
    const content = value[name]
    if (typeof content === 'string') characters += content.length
  }
  return FRAME_BYTES + CHARACTER_BYTES * characters
}
