/** The state of the counting model: numbers by key and field, lists, logs; and its way to and from a snapshot. */
import type { Domain, Effect } from './domain.ts'
import { centsKey } from './effects.ts'
import { decimalOf } from './money.ts'
import {
  byFirst,
  type Content,
  effectOfKey,
  type Snapshot,
  type SnapshotOptions,
  streamContent,
} from './snapshot.ts'

type Scored = [score: number, member: string]

export class MemoryStore {
  private readonly domains: readonly Domain[]
  /** Counters have the field ''. */
  private readonly sums = new Map<string, Map<string, bigint>>()
  private readonly extremes = new Map<string, bigint>()
  private readonly lists = new Map<string, Scored[]>()
  /** Undefined entries are those of a full stream in a snapshot. */
  private readonly logs = new Map<string, (readonly string[])[]>()

  constructor(domains: readonly Domain[], from: Snapshot = {}) {
    this.domains = domains
    const effectOf = effectOfKey(domains)
    for (const [key, content] of Object.entries(from)) {
      const effect = effectOf(key)
      if (effect !== undefined) this.load(key, effect, content)
    }
  }

  add(key: string, field: string, by: bigint): void {
    const fields = this.sums.get(key) ?? new Map<string, bigint>()
    this.sums.set(key, fields.set(field, (fields.get(field) ?? 0n) + by))
  }

  extreme(key: string, which: 'max' | 'min', cents: bigint): void {
    const held = this.extremes.get(key) ?? cents
    this.extremes.set(key, (which === 'max') === held > cents ? held : cents)
  }

  newest(key: string, keep: number, entry: Scored): void {
    const list = this.lists.get(key) ?? []
    list.push(entry)
    this.lists.set(key, list.sort(byScore).slice(-keep))
  }

  log(key: string, keep: number, entry: readonly string[]): void {
    const log = this.logs.get(key) ?? []
    log.push(entry)
    if (log.length > keep) log.shift()
    this.logs.set(key, log)
  }

  snapshot(options?: SnapshotOptions): Snapshot {
    const effectOf = effectOfKey(this.domains, options)
    const contents: [string, Content][] = []
    for (const [key, fields] of this.sums) contents.push(...sumContents(key, fields, effectOf(key)))
    for (const [key, cents] of this.extremes) contents.push([key, { string: decimalOf(cents) }])
    for (const [key, list] of this.lists) {
      const ranks = list.map(([score, member]) => [member, score] as const)
      contents.push([key, { ranks: ranks.sort(byFirst) }])
    }
    for (const [key, log] of this.logs) {
      const effect = effectOf(key)
      if (effect?.op === 'log') contents.push([key, streamContent(log, effect.keep)])
    }
    return Object.fromEntries(contents.sort(byFirst))
  }

  private load(key: string, effect: Effect, content: Content): void {
    if ('string' in content) {
      const integer = BigInt(content.string.replace('.', ''))
      if (effect.op === 'max' || effect.op === 'min') this.extremes.set(key, integer)
      else this.add(key, '', integer)
    } else if ('hash' in content) {
      if (effect.op === 'sum' && key === centsKey(effect.key)) return
      for (const [field, value] of content.hash) this.add(key, field, BigInt(value.replace('.', '')))
    } else if ('ranks' in content) {
      if (effect.op === 'newest') {
        this.lists.set(key, content.ranks.map(([member, score]): Scored => [score, member]).sort(byScore))
      } else for (const [member, score] of content.ranks) this.add(key, member, BigInt(score))
    } else {
      const { stream } = content
      this.logs.set(key, typeof stream === 'number' ? Array.from({ length: stream }, () => []) : [...stream])
    }
  }
}

/** Nothing for a key that is left out. */
function sumContents(
  key: string,
  fields: ReadonlyMap<string, bigint>,
  effect: Effect | undefined,
): [string, Content][] {
  const entries = [...fields].sort(byFirst)
  if (effect === undefined) return []
  if (effect.op === 'rank') return [[key, { ranks: entries.map(([member, sum]) => [member, Number(sum)]) }]]
  if (effect.op === 'count' && effect.field === undefined) {
    return [[key, { string: String(fields.get('') ?? 0n) }]]
  }
  const integers: Content = { hash: entries.map(([field, sum]) => [field, String(sum)]) }
  if (effect.op !== 'sum' || effect.unit !== 'cents') return [[key, integers]]
  return [
    [key, { hash: entries.map(([field, sum]) => [field, decimalOf(sum)]) }],
    [centsKey(key), integers],
  ]
}

/** As Valkey orders a sorted set: by score, then by the bytes of the member. */
const byScore = ([a, first]: Scored, [b, second]: Scored): number =>
  a - b || Buffer.compare(Buffer.from(first), Buffer.from(second))
