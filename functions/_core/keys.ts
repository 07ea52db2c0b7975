/**
 * Where Valkey remembers that an event was counted. Two different identities never share a place, whatever characters
 * they have (a plain record's is where it lies, by whatever name a KafkaSource delivers it); every key is under
 * `caudal:`, which no domain uses.
 */
import type { Generations } from './epoch.ts'
import { IDENTITY_CHUNK_BITS } from './limits.ts'
import { KAFKA_SOURCE } from './reserved-sources.ts'

/** One bit of the string at `key`, numbered as SETBIT does; or, without `bit`, the key itself. */
export interface DedupeKey {
  readonly key: string
  readonly bit?: number
}

/** Sources that this system gives; the number is the id, so that a whole process costs one bit an event. */
export const NUMBERED_SOURCE = /^\/(?:ingest|bridge|publisher)\/[0-9a-z]{8,32}$/
const KAFKA_ID = /^partition:(0|[1-9]\d{0,9})\/offset:(.+)$/

/** Operators read these: HGETALL. Fields `counted:<domain>`, `duplicates:<domain>`, `last_applied_ms`. */
export const STATS_KEY = 'caudal:stats'
export const LAST_APPLIED_FIELD = 'last_applied_ms'

/** Comes before what is remembered. */
const SEEN = 'caudal:seen:'

/** Comes before what is remembered of events that were not allowed. */
const REFUSED = 'caudal:refused:'

const FIRST: Generations = new Map()

/**
 * @param prefix comes before every key
 * @param generations of the topics: the numbers of plain records begin again with a topic that is made again
 */
export function dedupeKeyOf(source: string, id: string, prefix = '', generations = FIRST): DedupeKey {
  const seen = prefix + SEEN
  if (NUMBERED_SOURCE.test(source)) {
    const dedupeKey = numbered(seen + source, id)
    if (dedupeKey !== undefined) return dedupeKey
  } else {
    const record = recordOf(source, id)
    if (record !== undefined) {
      const generation = generations.get(record.topic) ?? 0
      const again = generation === 0 ? '' : `~${generation}`
      const series = `${seen}/kafka/${record.topic}${again}:${record.partition}`
      const dedupeKey = numbered(series, record.offset)
      if (dedupeKey !== undefined) return dedupeKey
    }
  }
  // JSON is unambiguous, readable, and well-formed whatever is in the strings.
  return { key: seen + JSON.stringify([source, id]) }
}

/**
 * Where Valkey remembers that an event was judged and not allowed: a field of a hash. It counts nothing, and one that comes
 * again is judged anew.
 *
 * @param dedupeKey of the event, with the same prefix
 */
export const refusalOf = ({ key, bit = 0 }: DedupeKey, prefix: string) => ({
  key: prefix + REFUSED + key.slice((prefix + SEEN).length),
  field: String(bit),
})

/** Where a record that is no CloudEvent lies: it is known by that, whatever the KafkaSource that delivers it is called. */
function recordOf(source: string, id: string) {
  const topic = KAFKA_SOURCE.exec(source)?.[1]
  const [, partition, offset] = topic === undefined ? [] : (KAFKA_ID.exec(id) ?? [])
  if (topic === undefined || partition === undefined || offset === undefined) return undefined
  return { topic, partition, offset }
}

/**
 * Tells which identities, as {@link identityText} writes them, are this event's: of a plain record there is one for each
 * KafkaSource that delivers it, and what was counted has that of the aggregator's, as it was called then.
 *
 * @returns undefined when there is only one, its `identityText`
 */
export function isRecordOf(source: string, id: string): ((identity: string) => boolean) | undefined {
  const record = recordOf(source, id)
  if (record === undefined) return undefined
  return (identity) => {
    const at = identity.lastIndexOf('#')
    const other = recordOf(identity.slice(0, at), identity.slice(at + 1))
    const { topic, partition, offset } = record
    return other?.topic === topic && other.partition === partition && other.offset === offset
  }
}

/** Only the canonical form of a number is that number: `01` and `1` are two ids. */
function numbered(series: string, id: string): DedupeKey | undefined {
  const number = Number(id)
  if (!Number.isSafeInteger(number) || number < 0 || String(number) !== id) return undefined
  const chunk = Math.floor(number / IDENTITY_CHUNK_BITS)
  return { key: `${series}:${chunk}`, bit: number % IDENTITY_CHUNK_BITS }
}

/** `%` and halves of surrogate pairs, which UTF-8 cannot carry; `#` where it would be taken for the separator. */
const UNSAFE = /[%\ud800-\udfff]/
const UNSAFE_ID = /[%#\ud800-\udfff]/

/**
 * `<source>#<id>` as part of a member: the last `#` is the separator. Unsafe characters are percent-encoded, so that
 * different identities stay different members.
 */
export function identityText(source: string, id: string): string {
  return `${UNSAFE.test(source) ? encode(source, '') : source}#${UNSAFE_ID.test(id) ? encode(id, '#') : id}`
}

function encode(text: string, separator: string): string {
  return text.replace(/[%#]|\p{Surrogate}/gu, (found) =>
    found === '#' && separator === '' ? found : `%${found.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
