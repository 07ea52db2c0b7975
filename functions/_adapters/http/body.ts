/** Request bodies, bounded while they are read. */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { Hold } from '../../_core/byte-budget.ts'
import { Failure } from '../../_core/errors.ts'
import { STREAMED_BODY_BYTES } from '../../_core/limits.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'
import { type Arrival, arrivingChunks } from './arriving.ts'
import { decode, decoderOf } from './content-encoding.ts'
import { headersOf } from './headers.ts'

/**
 * What `use` makes of the body; at once when the body is there already, which it mostly is.
 *
 * @param limitBytes a longer body is refused, before it is read when it says its length
 * @throws Failure `tooLarge`, `busy` when there is no room for it
 */
export function withBody<T>(
  c: Context,
  limitBytes: number,
  use: (body: Buffer) => T | Promise<T>,
): T | Promise<T> {
  const body = readBody(c, limitBytes)
  return body instanceof Promise ? body.then(use) : use(body)
}

function readBody(c: Context, limitBytes: number): Buffer | Promise<Buffer> {
  const header = headersOf(c)
  const { rawBody } = arrivalOf(c)
  if (rawBody === undefined || header('content-encoding') !== undefined) return readChunks(c, limitBytes)
  requireUtf8(header('content-type'))
  if (rawBody.length > limitBytes) throw tooLarge(limitBytes)
  return rawBody
}

/** None when there is no server (`app.request()`). @throws Failure why a body was not waited for */
function arrivalOf(c: Context): Partial<IncomingMessage> & Arrival {
  const { incoming = {} } = (c.env ?? {}) as { incoming?: Partial<IncomingMessage> & Arrival }
  if (incoming.refusal !== undefined) throw incoming.refusal
  return incoming
}

async function readChunks(c: Context, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of bodyChunks(c, limitBytes)) chunks.push(chunk)
  const rawBody = Buffer.concat(chunks)
  // Where hono's adapter finds it, if it is asked for again.
  const { incoming } = (c.env ?? {}) as { readonly incoming?: object }
  if (incoming !== undefined) Object.assign(incoming, { rawBody })
  return rawBody
}

/**
 * The chunks of a body, decoded, for callers that need not hold it whole.
 *
 * @param heldBytes what the caller holds of it at most
 * @throws Failure `tooLarge`, `busy` when there is no room for it, `malformed`, `mediaType` for an encoding or a charset
 *   that is not taken
 */
async function* bodyChunks(
  c: Context,
  limitBytes: number,
  heldBytes = limitBytes,
): AsyncGenerator<Buffer, void> {
  const header = headersOf(c)
  requireUtf8(header('content-type'))
  const decoder = decoderOf(header('content-encoding'))
  const { held } = arrivalOf(c)
  if (Number(header('content-length') ?? Number.NaN) > limitBytes) throw tooLarge(limitBytes)
  if (decoder === undefined) yield* bounded(sentChunks(c), limitBytes, held, heldBytes)
  // A decoder keeps what it has made so far for what comes (RFC 7932, 8878: windows of megabytes), whoever else does not.
  else {
    // Bytes may also be decoded to nothing, for ever.
    const sent = bounded(sentChunks(c), limitBytes)
    yield* bounded(decode(sent, decoder()), limitBytes, held)
  }
}

/** The chunks of a body whose items are handed on while it arrives. */
export const streamedChunks = (c: Context, limitBytes: number): AsyncGenerator<Buffer, void> =>
  bodyChunks(c, limitBytes, STREAMED_BODY_BYTES)

async function* sentChunks(c: Context): AsyncGenerator<Buffer, void> {
  const arrival = arrivalOf(c)
  if (arrival.rawBody !== undefined) yield arrival.rawBody
  else if (arrival.givenUp !== undefined) yield* arrivingChunks(arrival as IncomingMessage, arrival.givenUp)
  // Without a server.
  else yield Buffer.from(await c.req.arrayBuffer())
}

async function* bounded(
  chunks: AsyncIterable<Buffer>,
  limitBytes: number,
  held?: Hold,
  heldBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<Buffer, void> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    if (held !== undefined && !held.take(Math.min(chunk.length, heldBytes - held.bytes))) throw held.refusal
    yield chunk
  }
  held?.whole()
}

/** application/json and `+json` (RFC 6839). */
export const isJson = (type: string): boolean => type === JSON_TYPE || type.endsWith('+json')

/** JSON between systems is UTF-8 (RFC 8259 section 8.1); ASCII is a part of it. @throws Failure `mediaType` */
function requireUtf8(contentType: string | undefined): void {
  if (contentType === undefined || !contentType.includes(';')) return
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType)?.[1]?.toLowerCase()
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii') return
  throw new Failure('mediaType', `charset ${charset} is not taken: send UTF-8`)
}

const tooLarge = (limitBytes: number): Failure =>
  new Failure('tooLarge', `the body is over ${limitBytes} bytes`)
