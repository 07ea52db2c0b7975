/** A CloudEvents sink: one event in binary or structured mode, or a batch of them. */
import type { Context } from 'hono'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { BULK_BODY_BYTES, READ_RECORD_BYTES, SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { CLOUDEVENT, CLOUDEVENTS_BATCH, mediaType } from '../../_core/media-types.ts'
import { withBody } from '../http/body.ts'
import { headersOf } from '../http/headers.ts'
import { parseJson } from '../http/json.ts'
import { takeTurn } from '../turns.ts'
import { isBinary, readBinary } from './binary.ts'
import { batchOf, readStructured, toEvents } from './json.ts'
import { isPacked, TOPIC_ID } from './packed-record.ts'
import { type Reading, toEvent } from './read-event.ts'

type Read = Event | readonly (Event | Failure)[] | undefined

/**
 * @returns one event, the items of a batch (each an event or its failure), or undefined when the request is no
 *   CloudEvent
 * @throws Failure for a bad single event or a body that is no batch
 */
export function readCloudEvents(c: Context, reading: Reading): Read | Promise<Read> {
  const header = headersOf(c)
  const type = mediaType(header('content-type'))
  if (type === CLOUDEVENTS_BATCH)
    return withBody(c, BULK_BODY_BYTES, async (body) => toEvents(await batchIn(body), reading))
  if (type === CLOUDEVENT) {
    return withBody(c, SINGLE_BODY_BYTES, (body) => toEvent(readStructured(parseJson(body)), reading))
  }
  if (!isBinary(header)) return undefined
  return withBody(c, SINGLE_BODY_BYTES, (body) => toEvent(readBinary(header, body, reading), reading))
}

/** What a KafkaSource, or anybody else, delivers to be counted. */
export interface Delivery {
  readonly items: readonly (Event | Failure)[]
  /** The members of a batch as they came; undefined for an event by itself. */
  readonly sent?: readonly unknown[]
  /** Of the topic that a packed record was written to, when its publisher knew it. */
  readonly topicId?: string
}

/**
 * A packed record, a batch, or an event by itself.
 *
 * @throws Failure for a bad single event, a body that is no batch, or a request that is no CloudEvent
 */
export async function readDelivery(c: Context, reading: Reading): Promise<Delivery> {
  const header = headersOf(c)
  if (isPacked(header) || mediaType(header('content-type')) === CLOUDEVENTS_BATCH) {
    const sent = await withBody(c, READ_RECORD_BYTES, batchIn)
    const topicId = isPacked(header) ? header(`ce-${TOPIC_ID}`) : undefined
    return { items: await toEvents(sent, reading), sent, ...(topicId !== undefined && { topicId }) }
  }
  const event = await readCloudEvents(c, reading)
  if (event === undefined) throw noCloudEvent()
  return { items: 'length' in event ? event : [event] }
}

/** What a sink says to anything else. */
export const noCloudEvent = (): Failure => new Failure('mediaType', 'POST / takes CloudEvents')

async function batchIn(body: Buffer): Promise<readonly unknown[]> {
  await takeTurn()
  return batchOf(body)
}
