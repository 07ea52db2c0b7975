/** A CloudEvent as the HTTP request that delivers it: HTTP protocol binding 1.0, section 3.1 (binary content mode). */
import type { CloudEvent } from './event.ts'

export interface HttpEvent {
  /** Names and values by turns. */
  readonly headers: string[]
  readonly body: Buffer | null
}

/** @param namespace that of the KafkaSource */
export function httpEventOf({ attributes, contentType, data }: CloudEvent, namespace: string): HttpEvent {
  const headers = ['prefer', 'reply', 'kn-namespace', namespace]
  for (const [name, value] of attributes) headers.push(`ce-${name}`, percentEncode(value))
  if (contentType !== undefined) headers.push('content-type', contentType)
  return { headers, body: data }
}

const TO_ENCODE = /[^\x21\x23\x24\x26-\x7e]/u
const EACH_TO_ENCODE = new RegExp(TO_ENCODE, 'gu')

/** Section 3.1.3.2: space, double quote, percent and all but printable ASCII, as UTF-8. */
export const percentEncode = (value: string): string =>
  TO_ENCODE.test(value) ? value.toWellFormed().replace(EACH_TO_ENCODE, encodeURIComponent) : value
