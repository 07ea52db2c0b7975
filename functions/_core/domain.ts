/**
 * What a kind of event is: data that every function, script and document reads. One file in `domains/` describes one
 * domain; nothing else names it.
 */
import type { Effect } from './effects/index.ts'
import type { Field, Value } from './fields.ts'
import type { EventContext, MessageFns } from './gen/common.ts'

export type { Effect, Field, Value }

/** The endpoints an example or a reject is sent through. */
export type Endpoint = 'http' | 'bulk' | 'procesar' | 'cloudevent' | 'grpc' | 'record'

/** The endpoints that take JSON: a protobuf message cannot even express some mistakes and spellings. */
export const JSON_ENDPOINTS: readonly Endpoint[] = ['http', 'bulk', 'procesar', 'cloudevent', 'record']

export interface Route {
  /** `{name}` is the field of that name; content that says another value is refused. */
  readonly path: `/${string}`
  /** The 200 body: this JSON string, or by default the receipt `{"estado":"OK","id":…}`. */
  readonly answer?: string
  /** The member of the receipt that says the event's key: it may be the system that named it. */
  readonly keyAs?: string
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
  /** Methods of earlier clients' services, as they are. */
  readonly foreign?: readonly ForeignRpc[]
}

/** A method that stores one event and answers always the same. */
export interface ForeignRpc {
  readonly fullName: string
  readonly rpc: Rpc<unknown, unknown>
  /** What a client means by its message: JSON text, or the content under any spelling. */
  json?(message: never): string
  sent?(message: never): unknown
  readonly answer: object
}

/** How it is asked what became of an entity that events of the domain give birth to. */
export interface Lookup {
  /** At the console; `{id}` is the entity. */
  readonly path: `/${string}`
  /** A method of the domain's gRPC service: its request has the `id`, its answer is the console's. */
  readonly rpc: Rpc<unknown, unknown>
}

/**
 * What people call a domain and what it has, in the languages of its readers. `title` is many of its events; `names` are
 * of fields, labels and sums (`a × b` for a product). What is not listed is shown as it is on the wire.
 */
export type Words = Readonly<
  Record<'en' | 'es', { readonly title: string; readonly names: Readonly<Record<string, string>> }>
>

/**
 * @example
 * export const votes: Domain = {
 *   name: 'votes', title: 'Vote', type: 'com.bandas.voto.v1', topic: 'votos', key: 'name',
 *   fields: [{ name: 'name', schema: text, absent: '' }, …],
 *   routes: [{ path: '/voto', bulk: true }],
 *   effects: [{ op: 'rank', key: 'votos:banda', member: ['name'] }],
 *   …
 * }
 */
export interface Domain {
  readonly name: string
  readonly title: string
  readonly words?: Words
  /** CloudEvents `type`. */
  readonly type: string
  /** Several domains may share one: what happens to the same things stays in order. A plain record is of the first. */
  readonly topic: string
  /** What of the topic this domain is, where it is not the first. */
  readonly part?: string
  /** The field whose value is the Kafka key. */
  readonly key: string
  /** Events with the same key stay in the order in which they were accepted: each record is of one partition. */
  readonly ordered?: true
  readonly fields: readonly Field[]
  readonly routes: readonly Route[]
  /** Who is told of each state that a thing comes into: the fields with the mail address, and with what names the thing. */
  readonly mail?: { readonly to: string; readonly about: string }
  /** A plain JSON body at the bridge is of this domain. */
  readonly plainAtBridge?: true
  readonly grpc: GrpcService
  readonly lookup?: Lookup
  readonly effects: readonly Effect[]
  readonly examples: readonly Example[]
  readonly rejects: readonly Reject[]
  toMessage(value: Value, contexto: EventContext | undefined): unknown
  fromMessage(message: never): Value
}
