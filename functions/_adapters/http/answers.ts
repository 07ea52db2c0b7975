/** What the endpoints for one event and for CloudEvents batches have in common: hand over, then answer. */

import type { Context } from 'hono'
import { type RequestMetadata, requestMetadata } from '../../_core/assign-identity.ts'
import type { Failure } from '../../_core/errors.ts'
import { type Event, receipt } from '../../_core/event.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'
import type { Sink } from '../../_core/ports.ts'
import { submitItems } from '../../_core/ports.ts'
import { BulkAnswer } from './bulk.ts'
import { headersOf } from './headers.ts'

/** @throws Failure `malformed` for a bad Idempotency-Key */
export function metadataOf(c: Context): RequestMetadata {
  const header = headersOf(c)
  return requestMetadata(header('idempotency-key'), header('traceparent'))
}

/**
 * Answers 200 when the event is stored, with its receipt in the header `event-id`.
 *
 * @param body of the answer, from the receipt
 * @throws Failure when it is not stored
 */
export async function storeOne(
  event: Event,
  submit: Sink<Event>,
  body: (receipt: string, event: Event) => string,
): Promise<Response> {
  const [failure] = await submit([event])
  if (failure !== undefined) throw failure
  const id = receipt(event)
  // A plain Response: the context's own would copy the headers into a Headers object first.
  return new Response(body(id, event), {
    status: 200,
    headers: { 'Content-Type': JSON_TYPE, 'event-id': headerText(id) },
  })
}

/** The receipt as the answer of an endpoint: `{"estado":"OK","id":…}`. */
export const receiptBody = (id: string): string => `{"estado":"OK","id":${JSON.stringify(id)}}`

/** The same with the event's key under a name of its own. */
export const keyedReceiptBody =
  (member: string) =>
  (id: string, { domain, value }: Event): string =>
    JSON.stringify({ estado: 'OK', id, [member]: value[domain.key] })

interface BatchAnswer {
  /** Further members of a 200 body. */
  readonly beside?: Readonly<Record<string, string>>
  /** Refused items whose errors are listed. */
  readonly listed?: number
}

/** Answers a batch whose bad items are known already. */
export async function storeMany(
  c: Context,
  items: readonly (Event | Failure)[],
  submit: Sink<Event>,
  { beside, listed }: BatchAnswer = {},
): Promise<Response> {
  const answer = new BulkAnswer(listed)
  for (const [index, outcome] of (await submitItems(items, submit)).entries()) answer.add(index, outcome)
  return answer.answer(c, beside)
}

/** Header values are visible ASCII (RFC 9110 section 5.5); ids that clients chose may be anything. */
const headerText = (text: string): string => (/^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text))
