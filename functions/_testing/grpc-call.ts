/** A unary call as frames of HTTP/2, by a client that may break its promises. */
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'

/** @param heldBack bytes at the end of the message that are announced and not sent */
export function grpcCall(
  session: ClientHttp2Session,
  path: string,
  message: Uint8Array,
  heldBack = 0,
): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  stream.on('error', () => {})
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(message.length, 1)
  const bytes = Buffer.concat([frame, message])
  if (heldBack > 0) stream.write(bytes.subarray(0, bytes.length - heldBack))
  else stream.end(bytes)
  return stream
}
