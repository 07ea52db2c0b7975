/** Requests that Node cannot read, and so no app sees: they are answered with a problem too, and the connection ends. */
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ErrorCode, Failure } from '../../_core/errors.ts'
import { HEADER_BYTES, REQUEST_TIMEOUT_MS } from '../../_core/limits.ts'
import { problemOf } from './problem.ts'
import { HTTP2_PREFACE, http2Refusal, http2Reset } from './refuse-http2.ts'

const TOO_SLOW = 'ERR_HTTP_REQUEST_TIMEOUT'

export const isTooSlow = ({ code }: NodeJS.ErrnoException): boolean => code === TOO_SLOW

/** By Node's and its parser's error codes; any other is a request that breaks HTTP's grammar. */
const REASONS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headersTooLarge', `the headers are over ${HEADER_BYTES} bytes`],
  [TOO_SLOW]: ['tooSlow', `the request took over ${REQUEST_TIMEOUT_MS} ms`],
}

/** What its client sends before it has read the answer is passed over: to close at once would take the answer from it. */
const LINGER_MS = 5_000
/** Between an answer in HTTP/2 and the end of its request. */
const RESET_MS = 100
const answered = new WeakSet<Duplex>()

export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  // Node says so of everything that comes after what it could not read.
  if (answered.has(socket)) return
  // The client is gone already.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  answered.add(socket)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
  if (error.code === HTTP2_PREFACE) {
    // Whoever is still sending a body would take an end for one in the middle of its request.
    socket.write(http2Refusal())
    setTimeout(() => socket.writable && socket.write(http2Reset()), RESET_MS).unref()
    return
  }
  const [code, detail] = REASONS[error.code ?? ''] ?? ['malformed', 'the request is not valid HTTP']
  const { status, headers, body } = problemOf(new Failure(code, detail))
  const lines = Object.entries({ ...headers, 'Content-Length': body.length, Connection: 'close' })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head}\r\n${body}`)
}

/** What hono's adapter refuses before it asks the app: a Host or a target that makes no URL. */
export function answerRefused(): Response {
  const { status, headers, body } = problemOf(
    new Failure('malformed', 'the request has no valid Host or target'),
  )
  return new Response(body, { status, headers })
}
