/**
 * What a kind of event is: data that every function, script and document reads. One file in `domains/` describes one
 * domain; nothing else names it.
 */
import type * as z from 'zod'
import type { EventContext, MessageFns } from './gen/common.ts'

/** The canonical content of an event: flat, ready for the log. */
export type Value = Readonly<Record<string, string | number>>

export interface Field {
  readonly name: string
  /** Other names real clients use; the canonical name wins when both are there. */
  readonly spellings?: readonly string[]
  /** Checks and normalises; its messages are read by clients, after the field's name. */
  readonly schema: z.ZodType<string | number>
  /** What a field left out of a protobuf message or a foreign record counts as; it is checked like any value. */
  readonly absent: 0 | ''
  /** For an enum: the name of each number in keys and reports. */
  readonly labels?: readonly string[]
}

/**
 * What counting an event changes in Valkey: a closed set, applied by one script.
 *
 * `key` is a Valkey key; `per` appends `:<field>` for each named field; `field` names the hash field, `member` the
 * sorted-set member (several are joined by `/`). Enum numbers appear by their label.
 */
export type Effect =
  /** INCR, or HINCRBY when `field` is given: the number of events. */
  | { readonly op: 'count'; readonly key: string; readonly per?: Names; readonly field?: string }
  /**
   * A hash of exact sums of `of` (times `times`). In cents (rounded half up) the hash holds decimals with two places
   * and `<key>:centavos` the integers; without `unit` the sum is an integer.
   */
  | (SumOf & { readonly op: 'sum'; readonly key: string; readonly field: string })
  /** A string: the largest or smallest `of`, a decimal with two places. */
  | { readonly op: 'max' | 'min'; readonly key: string; readonly of: string }
  /** A sorted set scored by the number of events, or by the sum of the integer field `by`. */
  | {
      readonly op: 'rank'
      readonly key: string
      readonly per?: Names
      readonly member: Names
      readonly by?: string
    }
  /** A sorted set of the newest `keep` prices: score = event time in ms, member = `<of>:<source>#<id>`. */
  | {
      readonly op: 'newest'
      readonly key: string
      readonly per?: Names
      readonly of: string
      readonly keep: number
    }
  /** Hashes of events by time: `<key>:<first second>`, field = epoch second of the bucket, kept `keepSeconds`. */
  | {
      readonly op: 'series'
      readonly key: string
      readonly bucketSeconds: number
      readonly spanSeconds: number
      readonly keepSeconds: number
    }
  /** A stream of the newest `keep` events, as fields. */
  | { readonly op: 'log'; readonly key: string; readonly keep: number }

type Names = readonly string[]
interface SumOf {
  readonly of: string
  readonly times?: string
  readonly unit?: 'cents'
}

/** The endpoints an example or a reject is sent through. */
export type Endpoint = 'http' | 'bulk' | 'procesar' | 'cloudevent' | 'grpc' | 'record'

/** The endpoints that take JSON: a protobuf message cannot even express some mistakes and spellings. */
export const JSON_ENDPOINTS: readonly Endpoint[] = ['http', 'bulk', 'procesar', 'cloudevent', 'record']

export interface Route {
  readonly path: `/${string}`
  /** The 200 body: this JSON string, or by default the receipt `{"estado":"OK","id":…}`. */
  readonly answer?: string
  /** Also takes a JSON array or NDJSON. */
  readonly bulk?: true
}

export interface Example {
  /** As a client sends it. */
  readonly sent: Readonly<Record<string, unknown>>
  /** What the log then holds. */
  readonly stored: Value
  readonly endpoints?: readonly Endpoint[]
}

export interface Reject {
  readonly sent: unknown
  /** The field that the error names; undefined when the whole is wrong. */
  readonly field?: string
  readonly why: string
  readonly endpoints?: readonly Endpoint[]
}

export interface Rpc<Request, Response> {
  readonly name: string
  readonly requestType: MessageFns<Request>
  readonly responseType: MessageFns<Response>
}

/** The gRPC service of a domain: a unary method and a batch method whose list field is `items`. */
export interface GrpcService {
  readonly fullName: string
  readonly one: Rpc<unknown, unknown>
  readonly batch: Rpc<unknown, unknown>
  readonly items: string
}

export interface Domain {
  readonly name: string
  readonly title: string
  /** CloudEvents `type`. */
  readonly type: string
  readonly topic: string
  /** The field whose value is the Kafka key. */
  readonly key: string
  readonly fields: readonly Field[]
  readonly routes: readonly Route[]
  /** A plain JSON body at the bridge is of this domain. */
  readonly plainAtBridge?: true
  readonly grpc: GrpcService
  readonly effects: readonly Effect[]
  readonly examples: readonly Example[]
  readonly rejects: readonly Reject[]
  toMessage(value: Value, contexto: EventContext | undefined): unknown
  fromMessage(message: never): Value
}
