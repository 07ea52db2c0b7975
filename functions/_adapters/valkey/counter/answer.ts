/** The answer of lua/apply.lua, decoded, and the words in which identities travel. */
import type { Change } from '../../../_core/counting.ts'
import type { DedupeKey } from '../../../_core/keys.ts'
import type { Moved } from '../../../_core/life.ts'

export interface Refusal {
  /** Whether the event was counted before, and if so with which content; one without a fingerprint is the same. */
  seen(dedupeKey: DedupeKey, fingerprint: string | undefined): 'no' | 'same' | 'other'
  /** Keys that hold something else than they should. */
  readonly wrong: ReadonlySet<string>
  /** Members of rankings that the batch would have taken past what a score holds. */
  readonly full: readonly FullMember[]
  /** By identity, the moves that are not allowed. */
  readonly illegal: ReadonlyMap<string, Illegal>
}

export interface FullMember {
  readonly key: string
  readonly member: string
  /** What may still be added. */
  readonly room: number
}

export interface Illegal {
  /** Undefined: nobody knows the entity. */
  readonly state: string | undefined
  readonly allowed: readonly string[]
}

type Answer = readonly [
  bits: readonly (readonly [key: string, word: number, mask: number])[],
  keys: readonly (readonly [key: string, fingerprint: string])[],
  wrong: readonly string[],
  changes: string | null,
  full: readonly (readonly [key: string, member: string, room: string])[],
  refused: readonly (readonly [identity: string, state: string | null, allowed: readonly string[]])[],
  cases?: readonly (readonly [
    identity: string,
    verdict: Moved['verdict'],
    from: string,
    to: string,
    spent: string | null,
  ])[],
]

/** What a batch that was followed has changed: key, field, what was there, what is there now. */
export function changesIn(answer: unknown): readonly Change[] {
  const [, , , changes] = answer as Answer
  const listed: readonly [string, string | null, string | null, string][] = JSON.parse(changes ?? '[]')
  return Array.from(listed, ([key, field, before, after]) => ({ key, field, before, after }))
}

/** Undefined when the batch was applied. */
export function readAnswer(answer: unknown): Refusal | undefined {
  const [bits, keys, wrong, , full, refused] = answer as Answer
  if (bits.length + keys.length + wrong.length + full.length + refused.length === 0) return undefined
  const words = new Map(bits.map(([key, word, mask]) => [`${key}:${word}`, mask]))
  const whole = new Map(keys)
  return {
    seen: ({ key, bit }, fingerprint) => {
      if (bit !== undefined) {
        return ((words.get(`${key}:${wordOf(bit)}`) ?? 0) & maskOf(bit)) === 0 ? 'no' : 'same'
      }
      const held = whole.get(key)
      if (held === undefined) return 'no'
      // Nothing is held by an identity that was kept before there were fingerprints.
      return held === '' || held === (fingerprint ?? '') ? 'same' : 'other'
    },
    wrong: new Set(wrong),
    full: full.map(([key, member, room]) => ({ key, member, room: Number(room) })),
    illegal: new Map(
      refused.map(([identity, state, allowed]) => [identity, { state: state ?? undefined, allowed }]),
    ),
  }
}

/** By identity, what the moves of a batch that was applied did. */
export function movesIn(answer: unknown): ReadonlyMap<string, Moved> {
  const [, , , , , , cases = []] = answer as Answer
  return new Map(
    cases.map(([identity, verdict, from, to, spent]) => [
      identity,
      { verdict, from, to, ...(spent !== null && { spentMs: Number(spent) }) },
    ]),
  )
}

/** Identities travel as bits of 32-bit words: a few for a whole batch, since the numbers of a process come close together. */
const WORD_BITS = 32

export const wordOf = (bit: number): number => Math.floor(bit / WORD_BITS)

/** SETBIT counts bits from the most significant on. */
export const maskOf = (bit: number): number => (0x8000_0000 >>> (bit % WORD_BITS)) >>> 0
