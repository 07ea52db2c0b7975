/**
 * The log: one `sendBatch` with acks from all in-sync replicas for a whole batch of events.
 *
 * Connecting is retried for ever in the background, so that a publisher that starts before Kafka, or outlives it,
 * recovers by itself. A send that fails leaves open what was stored; its events keep their identities, so whoever
 * sends them again does no harm.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type Kafka, Partitioners, type Producer } from 'kafkajs'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { KAFKA_DEADLINE_MS } from '../../_core/limits.ts'
import type { Log, Readiness, Sink } from '../../_core/ports.ts'
import { recordOf } from './record.ts'

const ALL_IN_SYNC_REPLICAS = -1
const CONNECT_PAUSE_MS = 500
/** A connection that is being tried cannot be called off; the process does not wait for it longer than this. */
const CLOSE_MS = 3_000

export interface EventLog {
  readonly append: Sink<Event>
  readonly readiness: Readiness
  close(): Promise<void>
}

export function kafkaLog(kafka: Kafka, log: Log): EventLog {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 5,
  })
  const state = { connected: false, closing: false }
  producer.on('producer.disconnect', () => {
    state.connected = false
    if (!state.closing) void connect(producer, state, log)
  })
  const connecting = connect(producer, state, log)
  return {
    append: async (events) => {
      if (!state.connected) throw new Failure('unavailable', 'Kafka is away')
      await append(producer, events)
      return new Array(events.length).fill(undefined)
    },
    readiness: () => (state.connected ? undefined : 'Kafka is away'),
    close: async () => {
      state.closing = true
      const closed = connecting.then(() => producer.disconnect())
      await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })])
    },
  }
}

async function connect(
  producer: Producer,
  state: { connected: boolean; readonly closing: boolean },
  log: Log,
): Promise<void> {
  while (!state.closing) {
    try {
      await producer.connect()
      state.connected = true
      log.info({}, 'connected to Kafka')
      return
    } catch (error) {
      log.warn({ err: error }, 'cannot connect to Kafka, trying again')
      await delay(CONNECT_PAUSE_MS)
    }
  }
}

async function append(producer: Producer, events: readonly Event[]): Promise<void> {
  const topics = Map.groupBy(events, (event) => event.domain.topic)
  const topicMessages = [...topics].map(([topic, ofTopic]) => ({ topic, messages: ofTopic.map(recordOf) }))
  try {
    await producer.sendBatch({ topicMessages, acks: ALL_IN_SYNC_REPLICAS, timeout: KAFKA_DEADLINE_MS })
  } catch (error) {
    const failure = new Failure('unavailable', 'Kafka did not confirm')
    failure.cause = error
    throw failure
  }
}
