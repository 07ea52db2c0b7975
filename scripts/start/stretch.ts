/** A stretch of the log, record by record: what it holds, and what Valkey has of it. */
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Event } from '../../functions/_core/event.ts'
import type { Registry } from '../../functions/_core/registry.ts'
import { readLog, type Stretch } from '../_log/read.ts'
import type { LogRecord } from '../_log/record.ts'
import { countedMarks, MarkSet, type MarksThen } from './marks.ts'
import { markOfRecord, recordReader } from './read-record.ts'

export interface StretchReader {
  readonly kafka: Kafka
  readonly valkey: Redis
  readonly registry: Registry
  /** Comes before every key. */
  readonly prefix: string
}

export interface StretchAccount {
  readonly inKafka: number
  /** Records whose identity came before, in the stretch or earlier. */
  readonly duplicates: number
  /** Identities that Valkey counted since the stretch began. */
  readonly counted: MarkSet
  /** Of the counted, those that did not come in by ingest. */
  readonly elsewhere: number
  /** Of the counted, those whose time is not in the log. */
  readonly untimed: number
}

const INGEST = /^\/ingest\//

/**
 * @param then Valkey's marks when the stretch began
 * @param onCounted told of the events counted in the stretch, each once, in the order of the log
 */
export async function accountFor(
  { kafka, valkey, registry, prefix }: StretchReader,
  stretches: readonly Stretch[],
  then: MarksThen,
  onCounted: (events: readonly Event[]) => Promise<unknown>,
): Promise<StretchAccount> {
  const read = recordReader(registry, prefix)
  const seen = new MarkSet()
  const account = { inKafka: 0, duplicates: 0, counted: new MarkSet(), elsewhere: 0, untimed: 0 }
  const addBatch = async (records: readonly LogRecord[]): Promise<void> => {
    const first = records.map(read).filter(({ mark }) => seen.add(mark))
    const states = await countedMarks(
      valkey,
      first.map(({ mark }) => mark),
      then,
    )
    account.inKafka += records.length
    account.duplicates += records.length - first.length
    account.duplicates += states.filter((state) => state === 'before').length
    const counted = first.filter((_, index) => states[index] === 'since')
    for (const { mark, source, isTimed } of counted) {
      account.counted.add(mark)
      if (!isTimed) account.untimed++
      if (!INGEST.test(source)) account.elsewhere++
    }
    await onCounted(counted.map((record) => record.event()))
  }
  for (const stretch of stretches) {
    for await (const records of readLog(kafka, stretch)) await addBatch(records)
  }
  return account
}

/** Different identities among dead letters that Valkey never counted. */
export async function uncountedLetters(
  { kafka, valkey, prefix }: StretchReader,
  stretches: readonly Stretch[],
): Promise<number> {
  const seen = new MarkSet()
  let uncounted = 0
  for (const stretch of stretches) {
    for await (const letters of readLog(kafka, stretch)) {
      const marks = letters.map((letter) => markOfRecord(letter, prefix)).filter((mark) => seen.add(mark))
      const states = await countedMarks(valkey, marks, undefined)
      uncounted += states.filter((state) => state === 'no').length
    }
  }
  return uncounted
}
