/**
 * Messages that become more than they are. grpc-js would decompress and decode all that have come at once, also those whose
 * callers are gone; so it hands them on as they are. Here those in gzip are decompressed one after the other, counted in
 * the budget as they grow, and a list counts for the objects that its items become, before there are any.
 */
import { createGunzip } from 'node:zlib'
import type { handleUnaryCall } from '@grpc/grpc-js'
import type { ByteBudget, Hold } from '../../_core/byte-budget.ts'
import { Failure } from '../../_core/errors.ts'
import { GRPC_MESSAGE_BYTES } from '../../_core/limits.ts'

/** What comes for a message that is compressed, or a list. */
export class Undecoded {
  readonly bytes: Buffer
  /** The message, or its Failure, of what the bytes become; its items are taken of what is held. */
  readonly decode: (bytes: Buffer, held: Hold) => unknown

  constructor(bytes: Buffer, decode: (bytes: Buffer, held: Hold) => unknown) {
    this.bytes = bytes
    this.decode = decode
  }
}

/** RFC 1952, section 2.3.1. No protobuf message begins with it: its first byte would be of wire type 7, which is none. */
export const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

type Unary = handleUnaryCall<unknown, unknown>

/** Makes the messages of handlers whole; one does for a server. */
export function decodingWith(bodies: ByteBudget): (handle: Unary) => Unary {
  let last: Promise<unknown> = Promise.resolve()
  return (handle) => (call, callback) => {
    const { request } = call
    if (!(request instanceof Undecoded)) return handle(call, callback)
    const held = bodies.open(() => {})
    const go = (message: unknown): void => {
      call.request = message
      handle(call, (...answer) => {
        held.free()
        callback(...answer)
      })
    }
    if (!isGzip(request.bytes)) return go(request.decode(request.bytes, held))
    last = last.then(async () => {
      if (!call.cancelled) go(await inflated(request, held))
    })
  }
}

async function inflated({ bytes, decode }: Undecoded, held: Hold): Promise<unknown> {
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
  return decode(Buffer.concat(chunks), held)
}

const tooLarge = (): Failure =>
  new Failure('tooLarge', `a message has at most ${GRPC_MESSAGE_BYTES} bytes, also when it is decompressed`)
