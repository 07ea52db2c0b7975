/**
 * What a batch changes, gathered so that each key and field is written once, and encoded for `lua/apply.lua` (its
 * header is the contract of the encoding).
 */
import { type Amount, type Changes, centsKey } from '../../../_core/effects.ts'
import type { DedupeKey } from '../../../_core/keys.ts'
import { FOREIGN_IDENTITY_TTL_S, NUMBERED_IDENTITY_TTL_S } from '../../../_core/limits.ts'
import { decimalOf } from '../../../_core/money.ts'
import { maskOf, wordOf } from './words.ts'

/** The script adds smaller numbers to smaller numbers in doubles; all others are sent as strings. */
const EXACT = 1e15

interface Sums {
  readonly cents: boolean
  readonly keepSeconds: number
  readonly by: Map<string | number, Amount>
}

interface Newest {
  readonly keep: number
  readonly scores: number[]
  readonly members: string[]
}

export class BatchChanges implements Changes {
  private readonly statsKey: string
  private readonly bits = new Map<string, Map<number, number>>()
  private readonly keys = new Set<string>()
  private readonly strings = new Map<string, number>()
  private readonly extremes = new Map<string, { readonly which: 'max' | 'min'; cents: number }>()
  private readonly hashes = new Map<string, Sums>()
  private readonly ranks = new Map<string, Map<string, number>>()
  private readonly lists = new Map<string, Newest>()
  private readonly logs = new Map<
    string,
    { readonly keep: number; readonly entries: (readonly string[])[] }
  >()

  /** @param statsKey the hash that operators read */
  constructor(statsKey: string) {
    this.statsKey = statsKey
  }

  /** False when the batch has the dedupeKey already. */
  addKey({ key, bit }: DedupeKey): boolean {
    if (bit === undefined) {
      const before = this.keys.size
      return this.keys.add(key).size > before
    }
    let words = this.bits.get(key)
    if (words === undefined) {
      words = new Map()
      this.bits.set(key, words)
    }
    const word = wordOf(bit)
    const mask = maskOf(bit)
    const old = words.get(word) ?? 0
    if ((old & mask) !== 0) return false
    words.set(word, (old | mask) >>> 0)
    return true
  }

  addToString(key: string, by: number): void {
    this.strings.set(key, (this.strings.get(key) ?? 0) + by)
  }

  extreme(key: string, which: 'max' | 'min', cents: number): void {
    const held = this.extremes.get(key)
    if (held === undefined) this.extremes.set(key, { which, cents })
    else if (which === 'max' ? cents > held.cents : cents < held.cents) held.cents = cents
  }

  addToHash(key: string, field: string | number, by: Amount, cents: boolean, keepSeconds = 0): void {
    let sums = this.hashes.get(key)
    if (sums === undefined) {
      sums = { cents, keepSeconds, by: new Map() }
      this.hashes.set(key, sums)
    }
    sums.by.set(field, plus(sums.by.get(field) ?? 0, by))
  }

  addToSeries(key: string, field: number, keepSeconds: number): void {
    this.addToHash(key, field, 1, false, keepSeconds)
  }

  addToRank(key: string, member: string, by: number): void {
    let rank = this.ranks.get(key)
    if (rank === undefined) {
      rank = new Map()
      this.ranks.set(key, rank)
    }
    rank.set(member, (rank.get(member) ?? 0) + by)
  }

  newest(key: string, keep: number, score: number, member: string): void {
    const list = this.lists.get(key)
    if (list === undefined) this.lists.set(key, { keep, scores: [score], members: [member] })
    else {
      list.scores.push(score)
      list.members.push(member)
    }
  }

  log(key: string, keep: number, fields: readonly string[]): void {
    const log = this.logs.get(key)
    if (log === undefined) this.logs.set(key, { keep, entries: [fields] })
    else log.entries.push(fields)
  }

  /** Every key that the script reads. */
  touched(): string[] {
    const hashes = Array.from(this.hashes, ([key, { cents }]) => (cents ? [key, centsKey(key)] : [key]))
    const others = [this.bits, this.strings, this.extremes, this.ranks, this.lists, this.logs]
    return [this.statsKey, ...others.flatMap((changes) => [...changes.keys()]), ...hashes.flat()]
  }

  encode(): string {
    return JSON.stringify({
      bits: Array.from(this.bits, ([key, words]) => [key, ...[...words].flat()]),
      bits_ttl: NUMBERED_IDENTITY_TTL_S,
      keys: [...this.keys],
      keys_ttl: FOREIGN_IDENTITY_TTL_S,
      strings: [...this.strings],
      extremes: Array.from(this.extremes, ([key, { which, cents }]) => [key, which, decimalOf(cents)]),
      hashes: Array.from(this.hashes, ([key, { cents, keepSeconds, by }]) => [
        key,
        cents,
        keepSeconds,
        Array.from(by.keys(), String),
        Array.from(by.values(), amountText),
      ]),
      ranks: Array.from(this.ranks, ([key, by]) => [key, [...by.keys()], [...by.values()]]),
      newest: Array.from(this.lists, ([key, list]) => [key, list.keep, ...newestOf(list)]),
      clock: [this.statsKey, 'last_applied_ms'],
      logs: Array.from(this.logs, ([key, { keep, entries }]) => [key, keep, ...entries]),
    })
  }
}

function plus(one: Amount, other: Amount): Amount {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + other
    if (sum <= Number.MAX_SAFE_INTEGER) return sum
  }
  return BigInt(one) + BigInt(other)
}

const amountText = (amount: Amount): number | string => (amount < EXACT ? Number(amount) : String(amount))

/** Scores and members in turn. What the batch itself pushes out is left out; ties are Valkey's to decide. */
function newestOf({ keep, scores, members }: Newest): (number | string)[] {
  const oldest = scores.length > keep ? (scores.toSorted((a, b) => b - a)[keep - 1] ?? 0) : -Infinity
  const pairs: (number | string)[] = []
  for (const [index, score] of scores.entries()) {
    const member = members[index]
    if (score >= oldest && member !== undefined) pairs.push(score, member)
  }
  return pairs
}
