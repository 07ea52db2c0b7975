/**
 * What became of each record of the log, so that anybody can check that none was lost: one bit a record for "all of its
 * events are counted", one for "a dead letter", set before the source is answered and so before it commits the record.
 */
import { IDENTITY_CHUNK_BITS } from './limits.ts'

/** Where a record is in Kafka. */
export interface RecordPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

export type RecordState = 'counted' | 'dead'

/** A record that could not be counted, for people. */
export interface DeadLetter {
  readonly reason: string
  readonly detail: string
  /** As a problem's `errors` or `rechazadas`: what was wrong with which field or event. */
  readonly errors: string
  /** The beginning of what was delivered, and how long the whole was. */
  readonly payload: string
  readonly payloadBytes: number
  readonly contentType: string
  /** `<source>#<id>` of the delivered event. */
  readonly receipt: string
  readonly domain: string
}

/** What counting wrote down of one event. */
export interface Journey {
  readonly receipt: string
  readonly domain: string
  readonly result: 'counted' | 'duplicate'
  readonly time: string
  readonly traceparent: string
  /** JSON: the canonical content; key, field, before and after of each change. */
  readonly value: string
  readonly changes: string
  /** Events that were counted together with it. */
  readonly batch: number
  /** Of the record: its identity, how many events it packs, and which of them this is. */
  readonly record: string
  readonly packed: number
  readonly index: number
}

export interface Account {
  /** Not known from a KafkaSource that does not say it. */
  readonly position?: RecordPosition | undefined
  readonly state: RecordState
  readonly deadLetter?: DeadLetter
  readonly journeys?: readonly Journey[]
}

/** The newest events that were followed. */
export const JOURNEYS_KEY = 'caudal:journeys'
export const JOURNEYS_KEPT = 1_000

/** The newest dead letters; all of them are in the dead letter topics. */
export const DEAD_LETTERS_KEY = 'caudal:dead-letters'
export const DEAD_LETTERS_KEPT = 1_000
/** Of a payload, in characters. */
export const PAYLOAD_CHARS = 2_048

/** The bits of the records of a partition, in chunks that are forgotten one by one. */
export const accountKey = (state: RecordState, topic: string, partition: number, chunk: number): string =>
  `caudal:records:${state}:${topic}:${partition}:${chunk}`

export const chunkOf = (offset: number): number => Math.floor(offset / IDENTITY_CHUNK_BITS)
export const bitOf = (offset: number): number => offset % IDENTITY_CHUNK_BITS
