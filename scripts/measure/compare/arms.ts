/** What is compared: the ways into the pipeline, and the same work without one. */
import type { Domain } from '../../../functions/_core/domain.ts'
import type { Target } from '../client/protocol.ts'

/** The endpoints of the pipeline, and the bare server. */
export type Endpoint = 'rest' | 'bulk' | 'procesar' | 'grpc' | 'grpcBatch' | 'bare'

/** Which question an arm helps to answer. */
export type Question = 'endpoints' | 'connections' | 'batches' | 'sizes' | 'transport'

export interface ArmSpec {
  readonly name: string
  readonly endpoint: Endpoint
  readonly question: Question
  /** Of one event, as JSON, without what is beside its fields. */
  readonly bytes: number
  readonly load: Omit<Target, 'address' | 'pool'>
}

/** Where the endpoints are; one that is not there is not compared. */
export interface Addresses {
  /** URL. */
  readonly ingest: string
  /** URL. */
  readonly bridge?: string
  /** host:port */
  readonly publisher?: string
}

export const FIRST = 'rest'
/** The same once more, with a client of its own: what they differ by is noise. */
export const AGAIN = 'rest again'
export const SECOND = 'grpc'

const CONNECTIONS = 32
const BATCH = 100
const SMALLER_BATCHES = [1, 10]
const BYTES = 100
const LARGE_BYTES = 10_000
const PROCESAR = '/procesar'

const http = {
  transport: 'http1',
  format: 'json',
  connections: CONNECTIONS,
  streams: 1,
  extraBytes: 0,
} as const
const grpc = { ...http, transport: 'grpc', format: 'protobuf' } as const

const arm = (name: string, endpoint: Endpoint, question: Question, load: ArmSpec['load']): ArmSpec => ({
  name,
  endpoint,
  question,
  bytes: BYTES,
  load,
})

const endpoints: readonly ArmSpec[] = [
  arm(FIRST, 'rest', 'endpoints', http),
  arm('bulk', 'bulk', 'endpoints', { ...http, items: BATCH }),
  arm('procesar', 'procesar', 'endpoints', http),
  arm(SECOND, 'grpc', 'endpoints', grpc),
  arm('grpc batch', 'grpcBatch', 'endpoints', { ...grpc, items: BATCH }),
  arm(AGAIN, 'rest', 'endpoints', http),
]

const connections: readonly ArmSpec[] = [
  arm('rest, one connection', 'rest', 'connections', { ...http, connections: 1 }),
  arm('grpc, one connection', 'grpc', 'connections', { ...grpc, connections: 1 }),
  arm('grpc, one connection, many calls', 'grpc', 'connections', {
    ...grpc,
    connections: 1,
    streams: CONNECTIONS,
  }),
]

const batches: readonly ArmSpec[] = SMALLER_BATCHES.flatMap((items) => [
  arm(`bulk of ${items}`, 'bulk', 'batches', { ...http, items }),
  arm(`grpc batch of ${items}`, 'grpcBatch', 'batches', { ...grpc, items }),
])

const extraBytes = LARGE_BYTES - BYTES
const sizes: readonly ArmSpec[] = [
  arm('rest, 10 kB', 'rest', 'sizes', { ...http, extraBytes }),
  arm('grpc, 10 kB', 'grpc', 'sizes', { ...grpc, extraBytes }),
]

/** Of a list as long as one large event. */
const LARGE_LIST = LARGE_BYTES / BYTES

const bare = (size: string, items: { items?: number }): readonly ArmSpec[] =>
  (['http1', 'http2'] as const)
    .flatMap((transport) => (['json', 'protobuf'] as const).map((format) => ({ transport, format })))
    .map((both) =>
      arm(`${both.transport} ${both.format}, ${size}`, 'bare', 'transport', { ...http, ...both, ...items }),
    )

const smallBare: readonly ArmSpec[] = [...bare('100 B', {}), arm('grpc-js, 100 B', 'bare', 'transport', grpc)]

export const QUICK_ARMS: readonly ArmSpec[] = [...endpoints, ...connections.slice(0, 2), ...smallBare]
export const ALL_ARMS: readonly ArmSpec[] = [
  ...endpoints,
  ...connections,
  ...batches,
  ...sizes,
  ...smallBare,
  ...bare('10 kB', { items: LARGE_LIST }),
]

/** @returns undefined when that endpoint is not there */
export function addressOf(endpoint: Endpoint, domain: Domain, at: Addresses): string | undefined {
  const one = domain.routes[0]?.path
  const many = domain.routes.find(({ bulk }) => bulk)?.path
  switch (endpoint) {
    case 'rest':
      return one && at.ingest + one
    case 'bulk':
      return many && at.ingest + many
    case 'procesar':
      return domain.plainAtBridge && at.bridge && at.bridge + PROCESAR
    case 'grpc':
    case 'grpcBatch':
      return at.publisher
    case 'bare':
      return undefined
  }
}
