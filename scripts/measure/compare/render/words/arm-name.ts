/** What an arm is called, put together from a language's words. */
import { AGAIN, type ArmSpec } from '../../arms.ts'

interface Names {
  readonly rest: string
  readonly bulk: (items: number) => string
  readonly procesar: string
  readonly grpc: string
  readonly grpcBatch: (items: number) => string
  readonly again: string
  readonly one: string
  readonly many: (streams: number) => string
}

const TRANSPORTS = { http1: 'HTTP/1.1', http2: 'HTTP/2', grpc: 'grpc-js' }
const FORMATS = { json: 'JSON', protobuf: 'Protobuf' }

export function armName({ name, endpoint, question, load, bytes }: ArmSpec, names: Names): string {
  if (name === AGAIN) return names.again
  if (endpoint === 'bare') {
    const size = (load.items ?? 1) * bytes
    return `${TRANSPORTS[load.transport]} + ${FORMATS[load.format]}, ${size < 1_000 ? `${size} B` : `${size / 1_000} kB`}`
  }
  const ofEndpoint = {
    rest: names.rest,
    procesar: names.procesar,
    grpc: names.grpc,
    bulk: names.bulk(load.items ?? 1),
    grpcBatch: names.grpcBatch(load.items ?? 1),
  }[endpoint]
  if (question === 'connections')
    return ofEndpoint + (load.streams > 1 ? names.many(load.streams) : names.one)
  return question === 'sizes' ? `${ofEndpoint}, 10 kB` : ofEndpoint
}
