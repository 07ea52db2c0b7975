/**
 * The log: one send with acks from all in-sync replicas for each topic of a batch, so that a topic in trouble does not
 * fail the events of another.
 *
 * Connecting is tried for ever in the background, so that a publisher may start before Kafka; once connected, kafkajs
 * finds Kafka again by itself. A send that fails leaves open what was stored; its events keep their identities, so
 * whoever sends them again does no harm.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type Kafka, Partitioners, type Producer } from 'kafkajs'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { KAFKA_DEADLINE_MS } from '../../_core/limits.ts'
import type { Log, Outcome, Readiness, Sink } from '../../_core/ports.ts'
import { recordOf } from '../cloudevents/kafka-record.ts'

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
  const connecting = connect(producer, state, log)
  return {
    append: async (events) => {
      if (!state.connected) throw new Failure('unavailable', 'Kafka is unavailable')
      return append(producer, events)
    },
    readiness: () => (state.connected ? undefined : 'not connected to Kafka yet'),
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

async function append(producer: Producer, events: readonly Event[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array(events.length).fill(undefined)
  const topics = Map.groupBy(events.entries(), ([, event]) => event.domain.topic)
  const sends = [...topics].map(async ([topic, entries]) => {
    const messages = entries.map(([, event]) => recordOf(event))
    try {
      await producer.send({ topic, messages, acks: ALL_IN_SYNC_REPLICAS, timeout: KAFKA_DEADLINE_MS })
    } catch (error) {
      const failure = new Failure('unavailable', 'Kafka did not confirm')
      failure.cause = error
      for (const [index] of entries) outcomes[index] = failure
    }
  })
  await Promise.all(sends)
  return outcomes
}
