/**
 * Calls on their way. grpc-js hands nothing on before a message is whole and keeps what has come of it, without a bound
 * and for as long as the client likes; so here its HTTP/2 streams are followed: their bytes count in a budget until the
 * call is answered, and what is not there in time is given up.
 */
import {
  constants,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { type Server, status } from '@grpc/grpc-js'
import type { ByteBudget } from '../../_core/byte-budget.ts'
import { ERRORS } from '../../_core/errors.ts'
import { CALL_BYTES } from '../../_core/limits.ts'
import type { ServerBounds } from '../../_core/server-bounds.ts'
import { Connections, type Occupation } from '../connections.ts'
import { pushback } from './pushback.ts'

interface CallKinds {
  /** For a call's messages to be there, and then for its answer to be given and taken. */
  readonly deadlineMs: number
  /** Paths of calls that go on for as long as their client likes. */
  readonly lasting: ReadonlySet<string>
}

export function boundCalls(server: Server, bounds: ServerBounds, { deadlineMs, lasting }: CallKinds): void {
  // biome-ignore lint/complexity/useLiteralKeys: private, but there is no other way to them; a test would tell if it were gone.
  const servers: ReadonlyMap<Http2Server, unknown> = server['http2Servers']
  for (const http2Server of servers.keys()) {
    const sessions = new Connections<Http2Session, Calls>(http2Server, bounds, (calls) => calls.occupation)
    const calls = new WeakMap<Http2Session, Calls>()
    http2Server.on('session', (session: Http2Session) => {
      sessions.opened(session)
      calls.set(session, new Calls())
    })
    // grpc-js does not see a call that is refused: it would answer it too, if only that it is none, and a second answer throws.
    const listeners = http2Server.listeners('stream')
    http2Server.removeAllListeners('stream')
    http2Server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, ...others) => {
      const { session } = stream
      const own = session && calls.get(session)
      if (session && own) sessions.begin(session, own)
      if (!isTaken(headers)) return end(stream, ENCODING)
      const isLasting = lasting.has(String(headers[':path']))
      if (!isLasting) own?.add(stream)
      if (!follow(stream, bounds.bodies, { deadlineMs, isLasting })) return
      for (const listener of listeners) listener.call(http2Server, stream, headers, ...others)
    })
  }
}

/** Those of a connection that somebody waits for. */
class Calls {
  readonly #open = new Set<ServerHttp2Stream>()

  add(stream: ServerHttp2Stream): void {
    this.#open.add(stream)
    stream.once('close', () => this.#open.delete(stream))
  }

  /** Whether this side has to do something next for one of them, or else their client. */
  get occupation(): Occupation {
    if (this.#open.size === 0) return 'idle'
    const isServed = [...this.#open].some((stream) => stream.readableEnded && !stream.writableEnded)
    return isServed ? 'served' : 'owing'
  }
}

const ENCODING = {
  'grpc-status': status.UNIMPLEMENTED,
  'grpc-message': 'messages are taken as they are, or in gzip',
  'grpc-accept-encoding': 'identity,gzip',
}

/** Whether its messages can be read. Those in gzip are not for grpc-js to decompress: it is told that none are. */
function isTaken(headers: IncomingHttpHeaders): boolean {
  const { 'grpc-encoding': encoding = 'identity' } = headers
  if (encoding === 'gzip') headers['grpc-encoding'] = 'identity'
  return encoding === 'identity' || encoding === 'gzip'
}

interface Kind {
  readonly deadlineMs: number
  readonly isLasting: boolean
}

/** @returns whether there is room for it; if not, it is answered */
function follow(stream: ServerHttp2Stream, bodies: ByteBudget, { deadlineMs, isLasting }: Kind): boolean {
  const held = bodies.open(({ code, message }) => {
    clearTimeout(deadline)
    end(stream, { 'grpc-status': ERRORS[code].grpc, 'grpc-message': encodeURI(message), ...pushback(code) })
  })
  const deadline = setTimeout(() => held.giveUp('slow'), deadlineMs)
  // However little has come of a call, it costs something.
  if (!held.take(CALL_BYTES)) return false
  stream.on('data', (chunk: Buffer) => void held.take(chunk.length))
  stream.on('end', () => {
    // It may go on, but gives way as what still arrives does: or some thousand of them would shut all others out.
    if (isLasting) clearTimeout(deadline)
    else {
      deadline.refresh()
      held.whole()
    }
  })
  stream.on('close', () => {
    clearTimeout(deadline)
    held.free()
  })
  return true
}

/** Trailers alone (gRPC over HTTP/2, section Responses), then the stream ends, whatever the client still sends. */
function end(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  // Its client may break off meanwhile.
  stream.on('error', () => {})
  if (stream.closed || stream.destroyed) return
  // What is under way, its client may never read; a client takes this for RESOURCE_EXHAUSTED (section Errors).
  if (stream.headersSent) {
    stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM)
    return
  }
  const headers = { ':status': 200, 'content-type': 'application/grpc+proto', ...trailers }
  stream.respond(headers, { endStream: true })
  stream.close(constants.NGHTTP2_NO_ERROR)
}
