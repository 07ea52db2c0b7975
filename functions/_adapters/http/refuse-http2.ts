/**
 * The answer to a client that speaks HTTP/2 at once, by "prior knowledge" (RFC 9113 section 3.3): that this is HTTP/1.1.
 * A client of HTTP/2 shows nothing of an answer in HTTP/1.1, so it is one response in HTTP/2, made by hand: it is always
 * the same, and a whole server for it would be one more thing to bound.
 *
 *   frame    length (24) type (8) flags (8) stream (32) payload                     section 4.1
 *   ours     SETTINGS, SETTINGS ack, HEADERS, DATA with the problem, GOAWAY; then RST_STREAM
 *   header   0000 and the index of its name in the static table, length, value      RFC 7541, section 6.2.2
 */
import { Failure } from '../../_core/errors.ts'
import { problemOf } from './problem.ts'

/** Of Node's parser, when it meets the preface of a connection in HTTP/2. */
export const HTTP2_PREFACE = 'HPE_PAUSED_H2_UPGRADE'

const FRAME = { DATA: 0, HEADERS: 1, RST_STREAM: 3, SETTINGS: 4, GOAWAY: 7 } as const
const ACK = 1
const END_STREAM = 1
const END_HEADERS = 4
/** RFC 9113 section 7. */
const NO_ERROR = 0
const HTTP_1_1_REQUIRED = 0xd
/** A client's first request. */
const FIRST_STREAM = 1
/** RFC 7541, appendix A. */
const STATIC_TABLE = { ':status': 8, 'content-type': 31 } as const
/** What a prefix of four bits holds (section 5.1). */
const FOUR_BITS = 15

function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** Neither indexed nor compressed; the value has at most 126 bytes. */
function header(name: keyof typeof STATIC_TABLE, value: string): Buffer {
  const index = STATIC_TABLE[name]
  const prefix = index < FOUR_BITS ? [index] : [FOUR_BITS, index - FOUR_BITS]
  return Buffer.concat([Buffer.from([...prefix, value.length]), Buffer.from(value)])
}

function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(number, 4 * at)
  return bytes
}

export function http2Refusal(): Buffer {
  const { status, headers, body } = problemOf(
    new Failure('httpVersion', 'HTTP/2 is not spoken here: use HTTP/1.1'),
  )
  const { 'Content-Type': type = '' } = headers
  return Buffer.concat([
    frame(FRAME.SETTINGS, 0, 0),
    frame(FRAME.SETTINGS, ACK, 0),
    frame(
      FRAME.HEADERS,
      END_HEADERS,
      FIRST_STREAM,
      Buffer.concat([header(':status', String(status)), header('content-type', type)]),
    ),
    frame(FRAME.DATA, END_STREAM, FIRST_STREAM, Buffer.from(body)),
    frame(FRAME.GOAWAY, 0, 0, words(FIRST_STREAM, HTTP_1_1_REQUIRED)),
  ])
}

/**
 * Section 8.1: what else the request has is not read. It comes a moment after the answer: curl 7.88 would show no answer that
 * it is told so beside, in the middle of a long body.
 */
export const http2Reset = (): Buffer => frame(FRAME.RST_STREAM, 0, FIRST_STREAM, words(NO_ERROR))
