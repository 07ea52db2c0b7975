/** Media types that the system speaks, and how one is read from a header. */
export const JSON_TYPE = 'application/json'
/** One JSON value a line. */
export const NDJSON = 'application/x-ndjson'
/** RFC 9457. */
export const PROBLEM = 'application/problem+json'
/** A CloudEvent in structured mode (HTTP protocol binding 1.0, section 3.2). */
export const CLOUDEVENT = 'application/cloudevents+json'
/** A batch of CloudEvents (section 3.3). */
export const CLOUDEVENTS_BATCH = 'application/cloudevents-batch+json'

/** `type/subtype` in lower case without parameters; empty when there is none. */
export function mediaType(contentType: string | undefined): string {
  const end = contentType?.indexOf(';') ?? -1
  return (end < 0 ? (contentType ?? '') : (contentType ?? '').slice(0, end)).trim().toLowerCase()
}
