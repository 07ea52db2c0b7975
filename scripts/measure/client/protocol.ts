/**
 * What the comparison tells a client process, and what it hears from it. Each client is a process of its own, so that
 * its CPU is told apart from the functions' by the system itself, and no client has compiled its code for another's use.
 */
import type { PoolOptions } from '../events.ts'

export type Transport = 'http1' | 'http2' | 'grpc'
export type Format = 'json' | 'protobuf'

export interface Target {
  readonly transport: Transport
  readonly format: Format
  /** `http://host:port/path` for HTTP, `host:port` for gRPC. */
  readonly address: string
  /** Events in a request; undefined: a single one, not as a list. */
  readonly items?: number
  readonly connections: number
  /** Requests at the same time on each connection; HTTP/1.1 has no more than one. */
  readonly streams: number
  /** Text beside the event's fields, which no endpoint reads, in bytes. */
  readonly extraBytes: number
  readonly pool: PoolOptions & { readonly domain: string }
}

export type Ask =
  /** Each of them sends again as soon as it has its answer, for a time or for a number of requests each. */
  | { readonly kind: 'closed'; readonly seconds: number }
  | { readonly kind: 'requests'; readonly each: number }
  /** Starts at random moments (a Poisson process), or evenly, whether or not earlier ones are answered. */
  | {
      readonly kind: 'open'
      readonly seconds: number
      readonly perSecond: number
      readonly seed: number
      readonly isEven?: boolean
    }
  /** Each on a connection of its own, one after the other. */
  | { readonly kind: 'first'; readonly count: number }
  /** No request at all: what it costs to write and read what they carry. */
  | { readonly kind: 'codec'; readonly milliseconds: number }

export interface LoadResult {
  /** By the pool's events: stored for certain, and without an answer that says either. */
  readonly stored: readonly number[]
  readonly unknown: readonly number[]
  /** Events. */
  readonly refused: number
  /** Starts that were due and not made, since too many were waiting. */
  readonly skipped: number
  /** Requests that were answered well. */
  readonly answered: number
  readonly seconds: number
  /** Latencies in microseconds as an HdrHistogram, compressed, Base64: from when the request was to start. */
  readonly latency: string
  /** From when it did start. */
  readonly service: string
  /** Requests in flight, on average over the time. */
  readonly inFlight: number
  /** Of the client's own thread, over the time: 1 is all of a core. */
  readonly clientCore: number
}

export interface CodecResult {
  /** Of one request's body. */
  readonly bytes: number
  readonly encodeNs: number
  readonly decodeNs: number
}

export type Reply =
  | { readonly load: LoadResult }
  | { readonly codec: CodecResult }
  | { readonly error: string }
