/** A domain's service as grpc-js describes one: paths and codecs. */
import { BinaryReader } from '@bufbuild/protobuf/wire'
import type { MethodDefinition } from '@grpc/grpc-js'
import type { GrpcService, Rpc } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import type { MessageFns } from '../../_core/gen/common.ts'
import { BULK_ITEMS } from '../../_core/limits.ts'

export type Unary<Request, Response> = MethodDefinition<Request, Response>

/** @param maxItems of the request's first field, when that is a list */
export function unary<Request, Response>(
  service: string,
  rpc: Rpc<Request, Response>,
  maxItems = Number.POSITIVE_INFINITY,
): Unary<Request, Response> {
  return {
    path: `/${service}/${rpc.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => bytesOf(rpc.requestType, message),
    requestDeserialize: (bytes) => decoded(rpc.requestType, bytes, maxItems),
    responseSerialize: (message) => bytesOf(rpc.responseType, message),
    responseDeserialize: (bytes) => rpc.responseType.decode(bytes),
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
      BULK_ITEMS,
    ),
  }
}

export interface OneResponse {
  readonly estado: string
  readonly exito: boolean
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
function decoded<Message>(type: MessageFns<Message>, bytes: Buffer, maxItems: number): Message {
  try {
    if (countItems(bytes, maxItems) > maxItems) {
      return new Failure('tooLarge', `a batch has at most ${maxItems} items`) as never
    }
    return type.decode(new BinaryReader(bytes, readString))
  } catch (error) {
    return new Failure(
      'malformed',
      `not a valid message: ${error instanceof Error ? error.message : error}`,
    ) as never
  }
}

/** Its first field, a list of messages (proto/: `repeated … = 1`). */
const ITEMS_FIELD = 1

/** Items on the wire, before any is made an object of: an empty one has two bytes. Stops at one more than `enough`. */
function countItems(bytes: Buffer, enough: number): number {
  if (enough === Number.POSITIVE_INFINITY) return 0
  const reader = new BinaryReader(bytes)
  let items = 0
  while (reader.pos < reader.len && items <= enough) {
    const [field, wireType] = reader.tag()
    if (field === ITEMS_FIELD) items++
    reader.skip(wireType)
  }
  return items
}

/** grpc-js takes Buffers; the encoder's bytes are viewed as one, not copied. */
function bytesOf<Message>(type: MessageFns<Message>, message: Message): Buffer {
  const bytes = type.encode(message).finish()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
