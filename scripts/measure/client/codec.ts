/** Requests and answers as bytes: JSON and Protobuf, one event or a list. */
import type { Domain, Value } from '../../../functions/_core/domain.ts'
import type { MessageFns } from '../../../functions/_core/gen/common.ts'
import type { Target } from './protocol.ts'

export interface Codec {
  readonly contentType: string
  encode(events: readonly Value[]): Buffer
  /** As the server does it: to its events. */
  decode(bytes: Buffer): readonly unknown[]
}

/** No message has a field of this number: readers skip it (Protobuf encoding, "Unknown Fields"). */
const UNKNOWN_FIELD = 1_999
const LENGTH_DELIMITED = 2
const UNKNOWN_NAME = 'x'

export function codecOf(domain: Domain, { format, items, extraBytes }: Codecs): Codec {
  const extra = 'x'.repeat(extraBytes)
  return format === 'json' ? jsonCodec(items, extra) : protobufCodec(domain, items, extra)
}

type Codecs = Pick<Target, 'format' | 'items' | 'extraBytes'>

function jsonCodec(items: number | undefined, extra: string): Codec {
  const one = (event: Value = {}): object => (extra === '' ? event : { ...event, [UNKNOWN_NAME]: extra })
  return {
    contentType: 'application/json',
    encode: (events) => Buffer.from(JSON.stringify(items === undefined ? one(events[0]) : events)),
    decode: (bytes) => {
      const sent: unknown = JSON.parse(bytes.toString())
      return Array.isArray(sent) ? sent : [sent]
    },
  }
}

function protobufCodec(domain: Domain, items: number | undefined, extra: string): Codec {
  const one = domain.grpc.one.requestType as MessageFns<unknown>
  const batch = domain.grpc.batch.requestType as MessageFns<unknown>
  const list = domain.grpc.items
  const message = (event: Value) => domain.toMessage(event, undefined)
  return {
    contentType: 'application/x-protobuf',
    encode: (events) => {
      const writer =
        items === undefined
          ? one.encode(message(events[0] ?? {}))
          : batch.encode({ [list]: events.map(message) })
      if (extra !== '') writer.uint32((UNKNOWN_FIELD << 3) | LENGTH_DELIMITED).string(extra)
      const bytes = writer.finish()
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    },
    decode: (bytes) =>
      items === undefined
        ? [one.decode(bytes)]
        : ((batch.decode(bytes) as Readonly<Record<string, readonly unknown[]>>)[list] ?? []),
  }
}
