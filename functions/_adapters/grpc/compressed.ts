/**
 * Compressed messages. grpc-js would decompress all that have come at once, each up to its limit, also those whose
 * callers are gone; so it hands them on as they are, and here one after the other is decompressed, counted in the
 * budget as it grows.
 */
import { createGunzip } from 'node:zlib'
import type { handleUnaryCall } from '@grpc/grpc-js'
import type { ByteBudget, Hold } from '../../_core/byte-budget.ts'
import { Failure } from '../../_core/errors.ts'
import { GRPC_MESSAGE_BYTES } from '../../_core/limits.ts'

/** What comes for a message that is compressed. */
export class Compressed {
  readonly bytes: Buffer
  /** The message, or its Failure, of what the bytes become. */
  readonly decode: (bytes: Buffer) => unknown

  constructor(bytes: Buffer, decode: (bytes: Buffer) => unknown) {
    this.bytes = bytes
    this.decode = decode
  }
}

/** RFC 1952, section 2.3.1. No protobuf message begins with it: its first byte would be of wire type 7, which is none. */
export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

type Unary = handleUnaryCall<unknown, unknown>

/** Makes the messages of handlers whole; one does for a server. */
export function inflatingWith(bodies: ByteBudget): (handle: Unary) => Unary {
  let last: Promise<unknown> = Promise.resolve()
  return (handle) => (call, callback) => {
    const { request } = call
    if (!(request instanceof Compressed)) return handle(call, callback)
    const held = bodies.open(() => {})
    last = last.then(async () => {
      if (call.cancelled) return
      call.request = await messageOf(request, held)
      handle(call, (...answer) => {
        held.free()
        callback(...answer)
      })
    })
  }
}

async function messageOf({ bytes, decode }: Compressed, held: Hold): Promise<unknown> {
  const chunks: Buffer[] = []
  const gunzip = createGunzip()
  gunzip.end(bytes)
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      if (held.bytes + chunk.length > GRPC_MESSAGE_BYTES) return tooLarge()
      if (!held.take(chunk.length)) return held.refusal
      chunks.push(chunk)
    }
  } catch {
    return new Failure('malformed', 'the message is not valid gzip')
  }
  held.whole()
  return decode(Buffer.concat(chunks))
}

const tooLarge = (): Failure =>
  new Failure('tooLarge', `a message has at most ${GRPC_MESSAGE_BYTES} bytes, also when it is decompressed`)
