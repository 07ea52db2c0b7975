/** Request bodies: bounded while they are read, strict UTF-8, strict JSON. */
import { isUtf8 } from 'node:buffer'
import type { Context } from 'hono'
import { Failure } from '../../_core/errors.ts'
import { SINGLE_BODY_BYTES } from '../../_core/limits.ts'
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
  const declared = headersOf(c)('content-length')
  if (declared === undefined) return readChunks(c, limitBytes)
  if (Number(declared) > limitBytes) throw tooLarge(limitBytes)
  return (c.env as Partial<ShortBody> | undefined)?.incoming?.rawBody ?? readWhole(c)
}

/** What our server hands over beside a request whose body it has read already. */
export interface ShortBody {
  readonly incoming: { readonly rawBody?: Buffer }
}

async function readWhole(c: Context): Promise<Buffer> {
  try {
    return Buffer.from(await c.req.arrayBuffer())
  } catch {
    throw cutOff()
  }
}

/** The chunks of a body, for callers that need not hold it whole; a short one comes as one chunk, which is cheaper. */
export async function* bodyChunks(c: Context, limitBytes: number): AsyncGenerator<Buffer, void> {
  const declared = headersOf(c)('content-length')
  if (declared !== undefined && Number(declared) <= SINGLE_BODY_BYTES) {
    yield await readBody(c, limitBytes)
    return
  }
  if (Number(declared ?? 0) > limitBytes) throw tooLarge(limitBytes)
  let bytes = 0
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > limitBytes) throw tooLarge(limitBytes)
      yield Buffer.from(chunk)
    }
  } catch (error) {
    throw error instanceof Failure ? error : cutOff()
  }
}

async function readChunks(c: Context, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of bodyChunks(c, limitBytes)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** @throws Failure `malformed` */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Failure('malformed', 'the body is not valid UTF-8')
  try {
    return JSON.parse(body.toString())
  } catch {
    throw new Failure('malformed', body.length === 0 ? 'the body is empty' : 'the body is not valid JSON')
  }
}

/** `type/subtype` in lower case without parameters; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  const end = contentType?.indexOf(';') ?? -1
  return (end < 0 ? (contentType ?? '') : (contentType ?? '').slice(0, end)).trim().toLowerCase()
}

export const NDJSON = 'application/x-ndjson'

/** application/json and `+json` (RFC 6839); a body without a type is taken as JSON. */
export const isJson = (type: string): boolean =>
  type === '' || type === 'application/json' || type.endsWith('+json')

/** The client vanished in the middle: nobody reads this answer, but the metrics do. */
const cutOff = (): Failure => new Failure('malformed', 'the body ends too early')

const tooLarge = (limitBytes: number): Failure =>
  new Failure('tooLarge', `the body is over ${limitBytes} bytes`)
