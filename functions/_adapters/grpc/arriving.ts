/**
 * Calls on their way. grpc-js hands nothing on before a message is whole and keeps what has come of it, without a bound
 * and for as long as the client likes; so here its HTTP/2 streams are followed: their bytes count in a budget until the
 * call is answered, and what is not there in time is given up.
 */
import { constants, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Server } from '@grpc/grpc-js'
import type { ByteBudget } from '../../_core/byte-budget.ts'
import { ERRORS, type Failure } from '../../_core/errors.ts'
import { CALL_BYTES, DEFLATE_RATIO, GRPC_MESSAGE_BYTES } from '../../_core/limits.ts'
import { pushback } from './pushback.ts'

/** @param deadlineMs for a call's messages to be there */
export function boundCalls(server: Server, bodies: ByteBudget, deadlineMs: number): void {
  // biome-ignore lint/complexity/useLiteralKeys: private, but there is no other way to them; a test would tell if it were gone.
  const servers: ReadonlyMap<Http2Server, unknown> = server['http2Servers']
  for (const http2Server of servers.keys()) {
    http2Server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) =>
      follow(stream, inflates(headers), bodies, deadlineMs),
    )
  }
}

function follow(
  stream: ServerHttp2Stream,
  isCompressed: boolean,
  bodies: ByteBudget,
  deadlineMs: number,
): void {
  const held = bodies.open((failure) => {
    clearTimeout(deadline)
    refuse(stream, failure)
  })
  const deadline = setTimeout(() => held.giveUp('slow'), deadlineMs)
  // However little has come of a call, it costs something.
  if (!held.take(CALL_BYTES)) return
  stream.on('data', (chunk: Buffer) => {
    held.take(isCompressed ? inflatedBytes(chunk.length, held.bytes) : chunk.length)
  })
  stream.on('end', () => {
    clearTimeout(deadline)
    held.whole()
  })
  stream.on('close', () => {
    clearTimeout(deadline)
    held.free()
  })
}

const inflates = ({ 'grpc-encoding': encoding = 'identity' }: IncomingHttpHeaders): boolean =>
  encoding !== 'identity'

/** What a message may be decompressed to at once, as soon as it is whole, beside what is counted for it already. */
const inflatedBytes = (bytes: number, heldBytes: number): number =>
  Math.max(bytes, Math.min(bytes * DEFLATE_RATIO, GRPC_MESSAGE_BYTES - heldBytes))

/** Trailers alone (gRPC over HTTP/2, section Responses), then the stream ends, whatever the client still sends. */
function refuse(stream: ServerHttp2Stream, { code, message }: Failure): void {
  if (stream.closed || stream.destroyed) return
  if (!stream.headersSent) {
    const trailers = {
      ':status': 200,
      'content-type': 'application/grpc+proto',
      'grpc-status': ERRORS[code].grpc,
      'grpc-message': encodeURI(message),
      ...pushback(code),
    }
    stream.respond(trailers, { endStream: true })
  }
  stream.close(constants.NGHTTP2_NO_ERROR)
}
