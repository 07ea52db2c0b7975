/** A domain's service as grpc-js describes one: paths and codecs. */
import { gunzipSync } from 'node:zlib'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import type { MethodDefinition } from '@grpc/grpc-js'
import type { Hold } from '../../_core/byte-budget.ts'
import type { GrpcService, Rpc } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import type { MessageFns } from '../../_core/gen/common.ts'
import {
  BULK_ITEMS,
  GRPC_MESSAGE_BYTES,
  ITEM_OBJECT_BYTES,
  OTHER_FIELDS,
  SINGLE_BODY_BYTES,
} from '../../_core/limits.ts'
import { isGzip, Undecoded } from './undecoded.ts'

export type Unary<Request, Response> = MethodDefinition<Request, Response>

interface Bounds {
  readonly bytes: number
  /** Of the request's first field, which is a list then. */
  readonly items?: number
  readonly isZipped?: boolean
}

export function unary<Request, Response>(
  service: string,
  rpc: Rpc<Request, Response>,
  bounds: Bounds = { bytes: SINGLE_BODY_BYTES },
): Unary<Request, Response> {
  return {
    path: `/${service}/${rpc.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => bytesOf(rpc.requestType, message),
    requestDeserialize: (bytes) => {
      const decode = (whole: Buffer, held?: Hold): Request => decoded(rpc.requestType, whole, bounds, held)
      const isShort = bounds.items === undefined && !isGzip(bytes)
      return isShort ? decode(bytes) : (new Undecoded(bytes, decode) as never)
    },
    responseSerialize: (message) => bytesOf(rpc.responseType, message),
    responseDeserialize: (bytes) => rpc.responseType.decode(bytes),
  }
}

/** A method whose answers are a stream. Its messages are short, and decompressed where they come. */
export function streaming<Request, Response>(
  service: string,
  rpc: Rpc<Request, Response>,
  { requestStream }: { readonly requestStream: boolean },
): MethodDefinition<Request, Response> {
  const bytes = SINGLE_BODY_BYTES
  return {
    ...unary(service, rpc),
    requestStream,
    responseStream: true,
    requestDeserialize: (sent) => decoded(rpc.requestType, sent, { bytes, isZipped: isGzip(sent) }),
  }
}

const described = new WeakMap<GrpcService, ReturnType<typeof describe>>()

/** The two methods of a domain, described once: every call needs them. */
export function methodsOf(service: GrpcService): ReturnType<typeof describe> {
  let methods = described.get(service)
  if (methods === undefined) {
    methods = describe(service)
    described.set(service, methods)
  }
  return methods
}

/** Batches are described by the shape all domains share. */
function describe(service: GrpcService) {
  return {
    one: unary(service.fullName, service.one as Rpc<object, OneResponse>),
    batch: unary(
      service.fullName,
      service.batch as Rpc<Readonly<Record<string, readonly object[]>>, BatchResponse>,
      { bytes: GRPC_MESSAGE_BYTES, items: BULK_ITEMS },
    ),
  }
}

export interface OneResponse {
  readonly estado: string
  readonly exito: boolean
  /** Where the message has a place for the event's key. */
  readonly clave?: string
}

export interface BatchResponse {
  readonly resultados: readonly {
    readonly exito: boolean
    readonly codigo: number
    readonly motivo: string
    readonly id: string
  }[]
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })
const readString = (bytes: Uint8Array): string => strictUtf8.decode(bytes)

/**
 * A message, or the Failure that {@link handleCall} answers: for what grpc-js throws here itself it would answer
 * INTERNAL. Strings must be UTF-8 (protobuf encoding, section on strings): different ids must not become one.
 */
function decoded<Message>(type: MessageFns<Message>, sent: Buffer, bounds: Bounds, held?: Hold): Message {
  try {
    const bytes = bounds.isZipped ? gunzipSync(sent, { maxOutputLength: bounds.bytes }) : sent
    const objectBytes = itemsOf(bytes, bounds) * ITEM_OBJECT_BYTES
    if (held?.take(objectBytes, true) === false) throw held.refusal
    return type.decode(new BinaryReader(bytes, readString))
  } catch (error) {
    if (error instanceof Failure) return error as never
    return new Failure(
      'malformed',
      `not a valid message: ${error instanceof Error ? error.message : error}`,
    ) as never
  }
}

/** Its first field, a list of messages (proto/: `repeated … = 1`). */
const ITEMS_FIELD = 1

/**
 * Looks over a message before any object is made of it: an empty item has two bytes on the wire.
 *
 * @returns how many items its list has @throws Failure `tooLarge`
 */
function itemsOf(bytes: Buffer, { bytes: maxBytes, items: maxItems }: Bounds): number {
  if (bytes.length > maxBytes) throw tooLarge(`a message has at most ${maxBytes} bytes`)
  if (maxItems === undefined) return 0
  const reader = new BinaryReader(bytes)
  let items = 0
  let others = 0
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    const start = reader.pos
    reader.skip(wireType)
    if (field !== ITEMS_FIELD) others++
    else if (++items > maxItems) throw tooLarge(`a batch has at most ${maxItems} items`)
    else if (reader.pos - start > SINGLE_BODY_BYTES) {
      throw tooLarge(`an item has at most ${SINGLE_BODY_BYTES} bytes`)
    }
    if (others > OTHER_FIELDS) throw tooLarge(`a batch has at most ${OTHER_FIELDS} fields beside its items`)
  }
  return items
}

const tooLarge = (detail: string): Failure => new Failure('tooLarge', detail)

/** grpc-js takes Buffers; the encoder's bytes are viewed as one, not copied. */
function bytesOf<Message>(type: MessageFns<Message>, message: Message): Buffer {
  const bytes = type.encode(message).finish()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
