/** Binary content mode over HTTP (CloudEvents HTTP protocol binding 1.0, section 3.1). */
import { Failure } from '../../_core/errors.ts'
import type { HeaderReader } from '../http/headers.ts'
import { parseJson } from '../http/json.ts'
import type { RawEvent, Reading } from './read-event.ts'

const BINARY_ATTRIBUTES = ['specversion', 'id', 'source', 'type', 'time', 'traceparent'] as const

/** Whether the request is a CloudEvent in binary mode, even one that lacks some attribute; the other modes are known by their media type. */
export const isBinary = (header: HeaderReader): boolean =>
  ['ce-specversion', 'ce-id', 'ce-source', 'ce-type'].some((name) => header(name) !== undefined)

/** Section 3.1: attributes are headers with the prefix `ce-`, percent-encoded; the body is the data. */
export function readBinary(
  header: HeaderReader,
  body: Buffer,
  { rawHeaders }: Pick<Reading, 'rawHeaders'>,
): RawEvent {
  const attributes: Record<string, unknown> = {}
  for (const name of BINARY_ATTRIBUTES) {
    const value = header(`ce-${name}`)
    if (value !== undefined) attributes[name] = rawHeaders ? value : percentDecode(unquoted(value))
  }
  return { attributes, contentType: header('content-type'), data: () => parseJson(body) }
}

/** Section 3.1.3.2: a header is unquoted, then percent-decoded once. */
const unquoted = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value

function percentDecode(value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    throw new Failure('malformed', 'a CloudEvents header is not valid percent-encoding')
  }
}
