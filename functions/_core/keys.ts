/**
 * Where Valkey remembers that an event was counted. Two different identities never share a place, whatever characters
 * they have; every key is under `caudal:`, which no domain uses.
 */
import { IDENTITY_CHUNK_BITS } from './limits.ts'

/** One bit of the string at `key`, numbered as SETBIT does; or, without `bit`, the key itself. */
export interface DedupeKey {
  readonly key: string
  readonly bit?: number
}

/** Sources that this system gives; the number is the id, so that a whole process costs one bit an event. */
export const NUMBERED_SOURCE = /^\/(?:ingest|bridge|publisher)\/[0-9a-z]{8,32}$/
/** Of a record that is no CloudEvent, as KafkaSource names it; topic names as Kafka allows them. */
const KAFKA_SOURCE =
  /^\/apis\/v1\/namespaces\/[a-z0-9-]{1,63}\/kafkasources\/[a-z0-9.-]{1,253}#[A-Za-z0-9._-]{1,249}$/
const KAFKA_ID = /^partition:(0|[1-9]\d{0,9})\/offset:(.+)$/

/** Sources whose ids this system numbers: a client that could use one could make a real event a duplicate. */
export const isReservedSource = (source: string): boolean =>
  NUMBERED_SOURCE.test(source) || KAFKA_SOURCE.test(source)

/** Operators read these: HGETALL. Fields `counted:<domain>`, `duplicates:<domain>`, `last_applied_ms`. */
export const STATS_KEY = 'caudal:stats'

/** @param prefix comes before every key */
export function dedupeKeyOf(source: string, id: string, prefix = ''): DedupeKey {
  if (NUMBERED_SOURCE.test(source)) {
    const dedupeKey = numbered(`${prefix}caudal:seen:${source}`, id)
    if (dedupeKey !== undefined) return dedupeKey
  } else if (KAFKA_SOURCE.test(source)) {
    const [, partition, offset] = KAFKA_ID.exec(id) ?? []
    if (partition !== undefined && offset !== undefined) {
      const dedupeKey = numbered(`${prefix}caudal:seen:${source}:${partition}`, offset)
      if (dedupeKey !== undefined) return dedupeKey
    }
  }
  // JSON is unambiguous, readable, and well-formed whatever is in the strings.
  return { key: `${prefix}caudal:seen:${JSON.stringify([source, id])}` }
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
