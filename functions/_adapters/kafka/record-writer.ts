/**
 * How events become records, and where these go.
 *
 * `packed`: a whole send is one record, under a key of its own that spreads records over the partitions. An ordered
 * domain packs each partition's events by themselves, and they go where Kafka's default partitioner puts their keys.
 * kafkajs tells the number of a topic's partitions only while it sends: until then each event is a record of its own.
 *
 * The partition of a record depends on nothing but its key, or is fixed before it is sent: kafkajs asks again when it
 * tries again, and sends nothing more to a broker that has confirmed its part. One that moved there would be lost.
 */
import { type ICustomPartitioner, type Message, Partitioners } from 'kafkajs'
import type { Event } from '../../_core/event.ts'
import type { Outcome } from '../../_core/ports.ts'
import { headerProblem, recordOf } from '../cloudevents/kafka-record.ts'
import { packedRecords, recordIdentities } from '../cloudevents/packed-record.ts'

export const RECORD_FORMS = ['packed', 'single'] as const
export type RecordForm = (typeof RECORD_FORMS)[number]

export interface RecordWriter {
  /** Why an event cannot be stored in this form. */
  readonly problemOf: (event: Event) => Outcome
  /** @param events of one topic */
  messagesOf(topic: string, events: readonly Event[]): Message[]
  readonly partitioner: ReturnType<ICustomPartitioner>
}

/** @param instance unique for each process start */
export function recordWriter(form: RecordForm, instance: string): RecordWriter {
  const identities = recordIdentities(instance)
  const byKey = Partitioners.DefaultPartitioner()
  const partitionCounts = new Map<string, number>()
  /** By topic, as of the last send: kafkajs tells that too only while it sends. */
  const topicIds = new Map<string, string | undefined>()

  function partitioned(topic: string, events: readonly Event[]): Message[] {
    const count = partitionCounts.get(topic)
    const topicId = topicIds.get(topic)
    if (count === undefined)
      return events.flatMap((event) => packedRecords([event], identities, { key: keyOf(event), topicId }))
    const partitionMetadata = partitionsOf(count)
    const partitionOf = (event: Event): number =>
      byKey({ topic, partitionMetadata, message: { key: keyOf(event), value: null } })
    return [...Map.groupBy(events, partitionOf)].flatMap(([partition, own]) =>
      packedRecords(own, identities, { key: keyOf(own[0]), topicId }).map((record) => ({
        ...record,
        partition,
      })),
    )
  }

  return {
    problemOf: form === 'single' ? headerProblem : () => undefined,
    messagesOf: (topic, events) => {
      if (form === 'single') return events.map(recordOf)
      return events.some(({ domain }) => domain.ordered)
        ? partitioned(topic, events)
        : [...packedRecords(events, identities, { topicId: topicIds.get(topic) })]
    },
    partitioner: (sent) => {
      partitionCounts.set(sent.topic, sent.partitionMetadata.length)
      topicIds.set(sent.topic, sent.partitionMetadata[0]?.topicId)
      return byKey(sent)
    },
  }
}

const keyOf = (event: Event | undefined): string => String(event?.value[event.domain.key])

/** The default partitioner hashes keys over all partitions, whether they have a leader or not. */
const partitionsOf = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }))
