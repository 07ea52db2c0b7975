/**
 * Reads a range of a topic: each record in it exactly once, in order within its partition, and then it ends.
 *
 * A consumer group of its own is made for it and deleted again. Each time the group joins, also after a rebalance that
 * a slow reader causes, every partition goes on where it was; those that are done, or not asked for, are paused.
 */
import { randomUUID } from 'node:crypto'
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import { readEveryCompression } from './codecs.ts'
import { logRange, type Offsets } from './offsets.ts'
import { type ConsumedRecord, logRecord } from './record.ts'

export interface OffsetRange {
  readonly topic: string
  /** The first offset to read, by partition; a partition that is not named is not read. Default: where the log starts. */
  readonly from?: Offsets
  /** The offset to stop before, by partition. Default, and at most: where the log ends now. */
  readonly to?: Offsets
}

const FETCH_WAIT_MS = 200
const PARTITION_FETCH_BYTES = 512 * 1024
/** No record for this long means that the broker is gone. */
const STALLED_MS = 30_000

/** @throws when Kafka cannot be reached or sends nothing for 30 s */
export async function* readLog(kafka: Kafka, range: OffsetRange): AsyncGenerator<readonly ConsumedRecord[]> {
  const admin = kafka.admin()
  await admin.connect()
  const groupId = `read-${range.topic}-${randomUUID()}`
  readEveryCompression()
  const consumer = kafka.consumer({
    groupId,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition: PARTITION_FETCH_BYTES,
    allowAutoTopicCreation: false,
  })
  try {
    const available = await logRange(admin, range.topic)
    const left = partitionsLeft(range, available.start, available.end)
    if (left.size === 0) return
    yield* pull(consumer, range.topic, left, [...available.end.keys()])
  } finally {
    await consumer.disconnect()
    await admin.deleteGroups([groupId]).catch(() => {})
    await admin.disconnect()
  }
}

interface Left {
  next: number
  readonly end: number
}

function partitionsLeft({ from, to }: OffsetRange, start: Offsets, end: Offsets): Map<number, Left> {
  const left = new Map<number, Left>()
  for (const [partition, first] of from ?? start) {
    const last = end.get(partition) ?? 0
    const wanted = {
      next: Math.max(first, start.get(partition) ?? 0),
      end: Math.min(to?.get(partition) ?? last, last),
    }
    if (wanted.next < wanted.end) left.set(partition, wanted)
  }
  return left
}

/** Turns kafkajs's pushing into pulling: a batch is not taken from it before the one before was read. */
async function* pull(
  consumer: Consumer,
  topic: string,
  left: Map<number, Left>,
  partitions: readonly number[],
): AsyncGenerator<readonly ConsumedRecord[]> {
  const { readable, writable } = new TransformStream<readonly ConsumedRecord[], readonly ConsumedRecord[]>()
  const writer = writable.getWriter()
  const fail = (error: unknown) => void writer.abort(error).catch(() => {})
  const stalled = setTimeout(
    () => fail(new Error(`Kafka sent nothing of ${topic} for ${STALLED_MS} ms`)),
    STALLED_MS,
  )
  const finish = (partition: number): void => {
    left.delete(partition)
    consumer.pause([{ topic, partitions: [partition] }])
    if (left.size === 0) void writer.close().catch(() => {})
  }
  consumer.on('consumer.group_join', () => {
    for (const partition of partitions) {
      const part = left.get(partition)
      if (part === undefined) consumer.pause([{ topic, partitions: [partition] }])
      else consumer.seek({ topic, partition, offset: String(part.next) })
    }
  })
  // Told of batches of transaction markers alone too, which no reader gets to see.
  consumer.on('consumer.end_batch_process', ({ payload: { partition, lastOffset } }) => {
    const part = left.get(partition)
    if (part === undefined) return
    part.next = Number(lastOffset) + 1
    if (part.next >= part.end) finish(partition)
  })
  consumer.on('consumer.crash', ({ payload }) => {
    if (!payload.restart) fail(payload.error)
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }: EachBatchPayload) => {
      const part = left.get(batch.partition)
      if (part === undefined) return
      const records = batch.messages
        .map((message) => logRecord(topic, batch.partition, message))
        .filter(({ offset }) => offset >= part.next && offset < part.end)
      stalled.refresh()
      if (records.length > 0) await writer.write(records)
    },
  })
  try {
    yield* readable
  } finally {
    clearTimeout(stalled)
  }
}
