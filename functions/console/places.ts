/**
 * Where somebody is in the logs of all domains: what `id:` of a frame, `Last-Event-ID`, `?after=` and `?before=` carry,
 * `<domain>:<entry>:<number>` separated by commas.
 */
import type { LogPlace } from '../_adapters/valkey/log-reader.ts'
import { Failure } from '../_core/errors.ts'

/** By domain; a domain that is not there is at its beginning. */
export type Places = ReadonlyMap<string, LogPlace>

const PLACE = /^([^:,]{1,64}):(\d{1,16}-\d{1,16}):(\d{1,16})$/
/** In characters: more domains than anybody has. */
const CURSOR_CHARS = 4_096

export const cursorOf = (places: Places): string =>
  [...places].map(([domain, { entry, number }]) => `${domain}:${entry}:${number}`).join(',')

/** @throws Failure `malformed` */
export function placesOf(cursor: string, parameter: string): Places {
  const places = new Map<string, LogPlace>()
  if (cursor.length > CURSOR_CHARS) throw malformed(parameter)
  for (const part of cursor.split(',').filter((text) => text !== '')) {
    const [, domain, entry, number] = PLACE.exec(part) ?? []
    if (domain === undefined || entry === undefined) throw malformed(parameter)
    places.set(domain, { entry, number: Number(number) })
  }
  return places
}

const malformed = (field: string): Failure =>
  new Failure('malformed', `${field} is no cursor of this console`, [
    { field, detail: 'is no cursor of this console' },
  ])

/** Entries are ordered by their time, then by their number in it. */
export function isNewer(one: string, other: string): boolean {
  const [oneMs = 0, oneAt = 0] = one.split('-').map(Number)
  const [otherMs = 0, otherAt = 0] = other.split('-').map(Number)
  return oneMs === otherMs ? oneAt > otherAt : oneMs > otherMs
}
