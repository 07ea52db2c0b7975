/** Which events Valkey has counted, and since when, read from its own dedupeKeys. */
import type { Redis } from 'ioredis'
import { globEscape } from '../../functions/_adapters/valkey/snapshot.ts'
import type { DedupeKey } from '../../functions/_core/keys.ts'
import { FOREIGN_IDENTITY_TTL_S } from '../../functions/_core/limits.ts'

const SCAN_KEYS = 10_000

/** A set of dedupeKeys, a bit each where they are numbered. */
export class DedupeKeySet {
  readonly #bits = new Map<string, Uint8Array>()
  readonly #keys = new Set<string>()

  has({ key, bit }: DedupeKey): boolean {
    if (bit === undefined) return this.#keys.has(key)
    return ((this.#bits.get(key)?.[bit >> 3] ?? 0) & maskOf(bit)) !== 0
  }

  /** @returns false when it was there already */
  add(dedupeKey: DedupeKey): boolean {
    if (this.has(dedupeKey)) return false
    const { key, bit } = dedupeKey
    if (bit === undefined) {
      this.#keys.add(key)
      return true
    }
    let bytes = this.#bits.get(key)
    if (bytes === undefined || bytes.length <= bit >> 3) {
      const wider = new Uint8Array(2 * (bit >> 3) + 64)
      wider.set(bytes ?? [])
      bytes = wider
      this.#bits.set(key, bytes)
    }
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | maskOf(bit)
    return true
  }
}

/** SETBIT counts from the most significant bit on. */
const maskOf = (bit: number): number => 0x80 >> (bit & 7)

/** What was marked at some moment. */
export interface DedupeKeysThen {
  /** The last whole millisecond since the epoch, by Valkey's clock, that was over. */
  readonly atMs: number
  /** The strings whose bits are dedupeKeys. */
  readonly bits: ReadonlyMap<string, Buffer>
}

/** @param prefix comes before every key */
export async function dedupeKeysNow(valkey: Redis, prefix: string): Promise<DedupeKeysThen> {
  const bits = new Map<string, Buffer>()
  // Every numbered source starts with a slash; all other identities are a key each, whose expiry tells its age.
  const stream = valkey.scanStream({ match: `${globEscape(prefix)}caudal:seen:/*`, count: SCAN_KEYS })
  for await (const keys of stream) {
    const values = await Promise.all((keys as string[]).map((key) => valkey.getBuffer(key)))
    for (const [index, key] of (keys as string[]).entries()) bits.set(key, values[index] ?? Buffer.alloc(0))
  }
  const atMs = await clockMs(valkey)
  // Expiries are whole milliseconds: what is counted later must not fall into the same one.
  while ((await clockMs(valkey)) <= atMs);
  return { atMs, bits }
}

async function clockMs(valkey: Redis): Promise<number> {
  const [seconds, micros] = await valkey.time()
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
}

/** `before`: counted by the moment that is compared with; `since`: counted later. */
export type Counted = 'no' | 'before' | 'since'

/** Asks Valkey about each dedupeKey, in one round trip. */
export async function countedStates(
  valkey: Redis,
  dedupeKeys: readonly DedupeKey[],
  then: DedupeKeysThen | undefined,
): Promise<Counted[]> {
  const pipeline = valkey.pipeline()
  for (const { key, bit } of dedupeKeys)
    bit === undefined ? pipeline.pexpiretime(key) : pipeline.getbit(key, bit)
  const answers = (await pipeline.exec()) ?? []
  return dedupeKeys.map((dedupeKey, index) => {
    const [error, answer] = answers[index] ?? []
    if (error) throw error
    if (dedupeKey.bit === undefined) return ageOfKey(Number(answer), then)
    if (answer !== 1) return 'no'
    const byte = then?.bits.get(dedupeKey.key)?.[dedupeKey.bit >> 3] ?? 0
    return (byte & maskOf(dedupeKey.bit)) !== 0 ? 'before' : 'since'
  })
}

/** By key, the fingerprints of the contents that were counted, where an Idempotency-Key names them. */
export async function countedContents(
  valkey: Redis,
  dedupeKeys: readonly DedupeKey[],
): Promise<ReadonlyMap<string, string>> {
  const names = [...new Set(dedupeKeys.flatMap(({ key, bit }) => (bit === undefined ? [key] : [])))]
  const held = names.length === 0 ? [] : await valkey.mget(names)
  return new Map(names.flatMap((name, at) => (held[at] ? [[name, held[at]]] : [])))
}

/** @param expiryMs as PEXPIRETIME answers; the key was made one TTL earlier, and is never touched again */
function ageOfKey(expiryMs: number, then: DedupeKeysThen | undefined): Counted {
  if (expiryMs < 0) return 'no'
  return then !== undefined && expiryMs - FOREIGN_IDENTITY_TTL_S * 1000 <= then.atMs ? 'before' : 'since'
}
