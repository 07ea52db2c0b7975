/** A CloudEvents sink: one event in binary or structured mode, or a batch of them. */
import type { Context } from 'hono'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { BULK_BODY_BYTES, BULK_ITEMS, SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { mediaType, parseJson, readBody } from './body.ts'
import {
  BATCH,
  isBinary,
  type Reading,
  readBinary,
  readStructured,
  STRUCTURED,
  toEvent,
  toEvents,
} from './cloudevents.ts'
import { headersOf } from './headers.ts'

/**
 * @returns one event, the items of a batch (each an event or its failure), or undefined when the request is no
 *   CloudEvent
 * @throws Failure for a bad single event or a body that is no batch
 */
export async function readCloudEvents(
  c: Context,
  reading: Reading,
): Promise<Event | readonly (Event | Failure)[] | undefined> {
  const header = headersOf(c)
  const type = mediaType(header('content-type'))
  if (type === BATCH) {
    const events = parseJson(await readBody(c, BULK_BODY_BYTES))
    if (!Array.isArray(events)) throw new Failure('malformed', 'a CloudEvents batch is a JSON array')
    if (events.length > BULK_ITEMS) throw new Failure('tooLarge', `a batch has at most ${BULK_ITEMS} events`)
    return toEvents(events, reading)
  }
  if (type === STRUCTURED) {
    return toEvent(readStructured(parseJson(await readBody(c, SINGLE_BODY_BYTES))), reading)
  }
  if (isBinary(header)) return toEvent(readBinary(header, await readBody(c, SINGLE_BODY_BYTES)), reading)
  return undefined
}
