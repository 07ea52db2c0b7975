/** Request bodies, bounded while they are read. */
import type { Context } from 'hono'
import { Failure } from '../../_core/errors.ts'
import { SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'
import { decode, decoderOf } from './content-encoding.ts'
import { headersOf } from './headers.ts'

/**
 * What `use` makes of the body; at once when the body is there already, which it mostly is.
 *
 * @param limitBytes a longer body is refused, before it is read when it says its length
 * @throws Failure `tooLarge`
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
  const declared = header('content-length')
  if (declared === undefined || header('content-encoding') !== undefined) return readChunks(c, limitBytes)
  requireUtf8(header('content-type'))
  if (Number(declared) > limitBytes) throw tooLarge(limitBytes)
  return rawBodyOf(c) ?? readWhole(c)
}

/** What our server hands over beside a request whose body it has read already. */
export interface ShortBody {
  readonly incoming: { readonly rawBody?: Buffer }
}

const rawBodyOf = (c: Context): Buffer | undefined =>
  (c.env as Partial<ShortBody> | undefined)?.incoming?.rawBody

async function readWhole(c: Context): Promise<Buffer> {
  try {
    return Buffer.from(await c.req.arrayBuffer())
  } catch {
    throw cutOff()
  }
}

/**
 * The chunks of a body, decoded, for callers that need not hold it whole; a short one comes as one chunk, which is cheaper.
 *
 * @throws Failure `tooLarge`, `malformed`, `mediaType` for an encoding or a charset that is not taken
 */
export async function* bodyChunks(c: Context, limitBytes: number): AsyncGenerator<Buffer, void> {
  const header = headersOf(c)
  requireUtf8(header('content-type'))
  const decoder = decoderOf(header('content-encoding'))
  const declared = Number(header('content-length') ?? Number.NaN)
  if (declared > limitBytes) throw tooLarge(limitBytes)
  if (decoder !== undefined) yield* bounded(decode(sentChunks(c), decoder()), limitBytes)
  else if (declared <= SINGLE_BODY_BYTES) yield rawBodyOf(c) ?? (await readWhole(c))
  else yield* bounded(sentChunks(c), limitBytes)
}

async function* sentChunks(c: Context): AsyncGenerator<Buffer, void> {
  const whole = rawBodyOf(c)
  if (whole !== undefined) {
    yield whole
    return
  }
  try {
    for await (const chunk of c.req.raw.body ?? []) yield Buffer.from(chunk)
  } catch {
    throw cutOff()
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Buffer, void> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    yield chunk
  }
}

async function readChunks(c: Context, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of bodyChunks(c, limitBytes)) chunks.push(chunk)
  return Buffer.concat(chunks)
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

/** The client vanished in the middle: nobody reads this answer, but the metrics do. */
const cutOff = (): Failure => new Failure('malformed', 'the body ends too early')

const tooLarge = (limitBytes: number): Failure =>
  new Failure('tooLarge', `the body is over ${limitBytes} bytes`)
