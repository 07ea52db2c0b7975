/**
 * A dead letter: the event as it was sent, with the reason in extensions, in binary mode (Kafka protocol binding,
 * section 3.2), as KafkaSink writes it.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Message, Producer } from 'kafkajs'
import type { Log } from '../../functions/_core/ports.ts'
import type { ConsumedRecord } from '../lib/kafka/record.ts'
import type { CloudEvent } from './event.ts'
import type { Answer } from './post.ts'

/** What `knativeerrordata` keeps of an answer, before Base64. */
const ERROR_DATA_BYTES = 1_024
const ALL_IN_SYNC_REPLICAS = -1
const PAUSE_MS = 500

/** @param destination the sink that did not take the event */
export function deadLetterOf(
  event: CloudEvent,
  record: ConsumedRecord,
  destination: string,
  { status, body }: Answer,
): Message {
  const headers: Record<string, string> = {}
  for (const [name, value] of event.attributes) headers[`ce_${name}`] = value
  headers.ce_knativeerrordest = destination
  if (status !== undefined) {
    headers.ce_knativeerrorcode = String(status)
    headers.ce_knativeerrordata = body.subarray(0, ERROR_DATA_BYTES).toString('base64')
  }
  if (event.contentType !== undefined) headers['content-type'] = event.contentType
  // KafkaSink would take the key from `partitionkey` alone; the record's own keeps a key's dead letters together.
  return { key: record.key, value: event.data, headers }
}

/** Resolves once the dead letter is stored, false when `stop` came first: it is retried, never skipped. */
export type SendDeadLetter = (topic: string, deadLetter: Message, stop: AbortSignal) => Promise<boolean>

export function deadLetterSender(producer: Producer, log: Log, onRetry: () => void): SendDeadLetter {
  return async (topic, deadLetter, stop) => {
    while (!stop.aborted) {
      try {
        await producer.connect()
        await producer.send({ topic, messages: [deadLetter], acks: ALL_IN_SYNC_REPLICAS })
        return true
      } catch (error) {
        log.warn({ err: error, topic }, 'cannot write a dead letter, trying again')
        onRetry()
        await delay(PAUSE_MS, undefined, { signal: stop }).catch(() => {})
      }
    }
    return false
  }
}
