/**
 * The log: one send with acks from all in-sync replicas for each topic of a batch, so that a topic in trouble does not
 * fail the events of another.
 *
 * Connecting is tried for ever in the background, so that a publisher may start before Kafka; once connected, kafkajs
 * finds Kafka again by itself. A send that fails leaves open what was stored; its events keep their identities, so
 * whoever sends them again does no harm.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka, Producer } from 'kafkajs'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { KAFKA_DEADLINE_MS, KAFKA_HEALTH_MS } from '../../_core/limits.ts'
import type { HealthCheck, Logger, Outcome, Readiness, Sink } from '../../_core/ports.ts'
import { type RecordForm, recordWriter } from './record-writer.ts'

const ALL_IN_SYNC_REPLICAS = -1
const CONNECT_PAUSE_MS = 500
/** A connection that is being tried cannot be called off; the process does not wait for it longer than this. */
const CLOSE_MS = 3_000

export interface EventLog {
  readonly append: Sink<Event>
  readonly readiness: Readiness
  /** Whether Kafka answers now: a producer notices a lost connection only when it sends. */
  readonly ask: HealthCheck
  close(): Promise<void>
}

export interface EventLogOptions {
  readonly form: RecordForm
  /** What names this process start in the identities of records. */
  readonly instance: string
}

export function kafkaLog(kafka: Kafka, log: Logger, { form, instance }: EventLogOptions): EventLog {
  const writer = recordWriter(form, instance)
  const producer = kafka.producer({
    createPartitioner: () => writer.partitioner,
    allowAutoTopicCreation: false,
    maxInFlightRequests: 5,
  })
  const state = { connected: false, closing: false }
  const connecting = connect(producer, state, log)
  const inTurn = turns()
  const send = async (topic: string, events: readonly Event[]): Promise<void> => {
    const messages = writer.messagesOf(topic, events)
    await producer.send({ topic, messages, acks: ALL_IN_SYNC_REPLICAS, timeout: KAFKA_DEADLINE_MS })
  }
  return {
    append: async (events) => {
      if (!state.connected) throw new Failure('unavailable', 'Kafka is unavailable')
      const outcomes: Outcome[] = events.map(writer.problemOf)
      const storable = [...events.entries()].filter(([index]) => outcomes[index] === undefined)
      const topics = Map.groupBy(storable, ([, { domain }]) => domain.topic)
      const sends = [...topics].map(async ([topic, entries]) => {
        const own = entries.map(([, event]) => event)
        const isOrdered = own.some(({ domain }) => domain.ordered)
        try {
          await (isOrdered ? inTurn(topic, () => send(topic, own)) : send(topic, own))
        } catch (error) {
          const failure = new Failure('unavailable', 'Kafka did not confirm')
          failure.cause = error
          for (const [index] of entries) outcomes[index] = failure
        }
      })
      await Promise.all(sends)
      return outcomes
    },
    readiness: () => (state.connected ? undefined : 'not connected to Kafka yet'),
    ask: async () => {
      const admin = kafka.admin()
      const late = delay(KAFKA_HEALTH_MS, `no answer in ${KAFKA_HEALTH_MS} ms`, { ref: false })
      const reason = await Promise.race([admin.connect(), late]).catch((error: Error) => error.message)
      void admin.disconnect().catch(() => {})
      return reason === undefined ? undefined : `Kafka is unavailable: ${reason}`
    },
    close: async () => {
      state.closing = true
      const closed = connecting.then(() => producer.disconnect())
      await Promise.race([closed, delay(CLOSE_MS, undefined, { ref: false })])
    },
  }
}

/** One send at a time for each topic: of two in flight, the second could be stored before a first that is tried again. */
function turns(): (topic: string, send: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  return (topic, send) => {
    const turn = (last.get(topic) ?? Promise.resolve()).then(send, send)
    last.set(topic, turn)
    return turn
  }
}

async function connect(
  producer: Producer,
  state: { connected: boolean; readonly closing: boolean },
  log: Logger,
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
