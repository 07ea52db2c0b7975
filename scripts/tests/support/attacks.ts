/** Requests made to hurt, as raw as it takes: bodies held back, thousands of connections, messages that never end. */
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { LOCAL_HOST } from '../../../functions/_core/topology.ts'

export interface Sent {
  readonly path: string
  readonly type: string
  readonly body: Buffer
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>
  /** Bytes at its end that are never sent. */
  readonly heldBack?: number
}

/** A request on a connection of its own. */
export interface Attacker {
  /** The status of its answer; undefined when there was none before the connection ended. */
  readonly status: Promise<number | undefined>
  /** When all is sent that is not held back, or nobody takes it any more. */
  readonly sent: Promise<unknown>
  end(): void
}

export function attack(port: number, { path, type, body, headers = {}, heldBack = 0 }: Sent): Attacker {
  const socket = connect(port, LOCAL_HOST)
  const lines = Object.entries({
    host: LOCAL_HOST,
    'content-type': type,
    'content-length': body.length,
    ...headers,
  })
  socket.on('error', () => {})
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`)
  const sent = new Promise((resolve) => socket.write(body.subarray(0, body.length - heldBack), resolve))
  return { status: statusOf(socket), sent, end: () => socket.destroy() }
}

async function statusOf(socket: Socket): Promise<number | undefined> {
  // `once` rejects for a connection that is reset.
  const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => [undefined])
  const status = /^HTTP\/1\.1 (\d{3})/.exec(String(answer))?.[1]
  return status === undefined ? undefined : Number(status)
}

/** The client's own bound on what one connection holds, in megabytes: what it sends must not be its own end. */
const SESSION_MB = 2_000
const FRAME_BYTES = 5

export interface Message {
  readonly path: string
  /** The message, or what came of its compression. */
  readonly bytes: Buffer
  readonly isCompressed?: boolean
  readonly heldBack?: number
}

/** Calls over one connection of their own. */
export function attackCalls(port: number, messages: readonly Message[]) {
  const session = connectHttp2(`http://${LOCAL_HOST}:${port}`, { maxSessionMemory: SESSION_MB })
  session.on('error', () => {})
  const statuses = messages.map(async ({ path, bytes, isCompressed = false, heldBack = 0 }) => {
    const call = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-encoding': isCompressed ? 'gzip' : 'identity',
    })
    call.on('error', () => {})
    let status: number | undefined
    const read = (headers: Readonly<Record<string, unknown>>): void => {
      if (headers['grpc-status'] !== undefined) status = Number(headers['grpc-status'])
    }
    call.on('response', read)
    call.on('trailers', read)
    const frame = Buffer.alloc(FRAME_BYTES)
    frame[0] = isCompressed ? 1 : 0
    frame.writeUInt32BE(bytes.length, 1)
    const message = Buffer.concat([frame, bytes.subarray(0, bytes.length - heldBack)])
    if (heldBack > 0) call.write(message)
    else call.end(message)
    await once(call.resume(), 'close')
    return status
  })
  return { statuses, end: () => session.destroy() }
}

/** `[` and nothing else; an item again and again; one that would be valid if it were not so long. */
export const openings = (bytes: number): Buffer => Buffer.alloc(bytes, '[')
export const arrayOf = (item: string, bytes: number): Buffer => {
  const items = Buffer.alloc(Math.floor(bytes / (item.length + 1)) * (item.length + 1) - 1, `${item},`)
  return Buffer.concat([Buffer.from('['), items, Buffer.from(']')])
}
/** A list of empty messages, two bytes each. */
export const emptyMessages = (items: number): Buffer => Buffer.alloc(2 * items, Buffer.from([0x0a, 0x00]))
export const compressed = (bytes: Buffer): Buffer => gzipSync(bytes)
