/** Requests by HTTP: undici for HTTP/1.1, as `fetch` has it inside, and Node's own HTTP/2. */
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { Client } from 'undici'
import type { Codec } from './codec.ts'
import { type Answer, answered, type Sender } from './sender.ts'

const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_STATUS, HTTP2_HEADER_CONTENT_TYPE } = constants
const DEADLINE_MS = 15_000

export function http1Sender(url: URL, codec: Codec): Sender {
  const client = new Client(url.origin, { headersTimeout: DEADLINE_MS, bodyTimeout: DEADLINE_MS })
  const headers = { 'content-type': codec.contentType }
  return {
    send: async (events) => {
      try {
        const body = codec.encode(events)
        const response = await client.request({ path: url.pathname, method: 'POST', headers, body })
        return answered(response.statusCode, await response.body.text(), events.length)
      } catch {
        return 'unknown'
      }
    },
    close: () => client.destroy(),
  }
}

export function http2Sender(url: URL, codec: Codec): Sender {
  let session: ClientHttp2Session | undefined
  const headers = {
    [HTTP2_HEADER_METHOD]: 'POST',
    [HTTP2_HEADER_PATH]: url.pathname,
    [HTTP2_HEADER_CONTENT_TYPE]: codec.contentType,
  }
  return {
    send: (events) => {
      if (session === undefined || session.closed || session.destroyed) {
        session = connect(url.origin)
        // Each request says it too.
        session.on('error', () => {})
      }
      const { promise, resolve } = Promise.withResolvers<Answer>()
      const stream = session.request(headers)
      const chunks: Buffer[] = []
      let status = 0
      stream.setTimeout(DEADLINE_MS, () => stream.close(constants.NGHTTP2_CANCEL))
      stream.on('response', (answer) => {
        status = Number(answer[HTTP2_HEADER_STATUS])
      })
      stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
      stream.on('error', () => resolve('unknown'))
      stream.on('close', () => resolve(answered(status, Buffer.concat(chunks).toString(), events.length)))
      stream.end(codec.encode(events))
      return promise
    },
    close: () => {
      session?.destroy()
    },
  }
}
