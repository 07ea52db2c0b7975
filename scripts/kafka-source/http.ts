/**
 * A CloudEvent as the HTTP request that delivers it, byte for byte as the dispatcher of KafkaSource writes it (Netty under
 * Vert.x), which is not as the HTTP protocol binding says: section 3.1.3.2 wants percent-encoding, and there is none.
 */
import type { CloudEvent } from './event.ts'

export interface HttpEvent {
  /** Names and values by turns; each character of a value is one byte. */
  readonly headers: string[]
  readonly body: Buffer | null
  /** Why no client can send this, for people. */
  readonly unwritable: string | undefined
}

/** @param namespace that of the KafkaSource */
export function httpEventOf({ attributes, contentType, data }: CloudEvent, namespace: string): HttpEvent {
  const headers = ['prefer', 'reply', 'kn-namespace', namespace]
  for (const [name, value] of attributes) headers.push(`ce-${name}`, singleBytes(value))
  if (contentType !== undefined) headers.push('content-type', singleBytes(contentType))
  return { headers, body: data, unwritable: unwritable(headers) }
}

/** Netty, `AsciiString.c2b`: a UTF-16 unit over U+00FF becomes a question mark, so an emoji becomes two. Measured but for the two. */
const OVER_A_BYTE = /[^\0-\xff]/g
const singleBytes = (value: string): string =>
  OVER_A_BYTE.test(value) ? value.replace(OVER_A_BYTE, '?') : value

/** Vert.x, `HttpUtils.validateHeaderValue`: all control characters but the tab (which was not tried). Measured: no request, and a retry. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/

function unwritable(headers: readonly string[]): string | undefined {
  const at = headers.findIndex((text) => CONTROL.test(text))
  return at < 0 ? undefined : `${headers[at - 1]} has control characters, which no HTTP header can carry`
}

/** What a receiver sees: spaces around a value are not part of it (RFC 9110, section 5.5). */
export function receivedHeaders({ headers }: HttpEvent): ReadonlyMap<string, string> {
  const received = new Map<string, string>()
  for (let at = 0; at < headers.length; at += 2) {
    received.set(headers[at] ?? '', (headers[at + 1] ?? '').replace(/^[ \t]+|[ \t]+$/g, ''))
  }
  return received
}
