/** A record of the log as scripts handle it. */
import type { IHeaders, KafkaMessage } from 'kafkajs'

export interface ConsumedRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Milliseconds since the epoch. */
  readonly timestampMs: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: IHeaders
}

const NO_HEADERS: IHeaders = {}

export const logRecord = (topic: string, partition: number, message: KafkaMessage): ConsumedRecord => ({
  topic,
  partition,
  offset: Number(message.offset),
  timestampMs: Number(message.timestamp),
  key: message.key,
  value: message.value,
  headers: message.headers ?? NO_HEADERS,
})

/** The text of a header; of a repeated one the last counts, as in Kafka's own `lastHeader`. */
export function headerText(value: IHeaders[string]): string {
  const last = Array.isArray(value) ? value.at(-1) : value
  return last === undefined || last === null ? '' : last.toString()
}
