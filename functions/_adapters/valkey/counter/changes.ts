/**
 * What a batch changes: the identities of its events, and what their effects have gathered; encoded for `lua/apply.lua`
 * (its header is the contract of the encoding).
 */
import type { Changes } from '../../../_core/effects/compile.ts'
import { hashes } from '../../../_core/effects/hashes.ts'
import { sections } from '../../../_core/effects/index.ts'
import type { Gathered, Section } from '../../../_core/effects/operation.ts'
import { type DedupeKey, LAST_APPLIED_FIELD } from '../../../_core/keys.ts'
import { FOREIGN_IDENTITY_TTL_S, NUMBERED_IDENTITY_TTL_S } from '../../../_core/limits.ts'
import { maskOf, wordOf } from './answer.ts'

export class BatchChanges implements Changes {
  private readonly statsKey: string
  private readonly bits = new Map<string, Map<number, number>>()
  private readonly keys = new Map<string, string>()
  private readonly gathered = new Map<Section, Gathered>()
  private readonly notes: (readonly (string | number)[])[] = []

  private readonly epoch: readonly [key: string, name: string] | undefined

  /**
   * @param statsKey the hash that operators read
   * @param epoch which Valkey must hold, and where
   */
  constructor(statsKey: string, epoch?: readonly [key: string, name: string]) {
    this.statsKey = statsKey
    this.epoch = epoch
  }

  /**
   * False when the batch has the dedupe key already.
   *
   * @param fingerprint is kept at a key of its own
   */
  addKey({ key, bit }: DedupeKey, fingerprint = ''): boolean {
    if (bit === undefined) {
      if (this.keys.has(key)) return false
      this.keys.set(key, fingerprint)
      return true
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

  /** Whether the batch has this content at the dedupe key; one without a fingerprint has any. */
  hasContent({ key }: DedupeKey, fingerprint = ''): boolean {
    return (this.keys.get(key) ?? '') === fingerprint
  }

  of<Kind extends Gathered>(section: Section<Kind>): Kind {
    let gathered = this.gathered.get(section)
    if (gathered === undefined) {
      gathered = section.gather()
      this.gathered.set(section, gathered)
    }
    // The map has for each section what that section gathers.
    return gathered as Kind
  }

  /** @param field of the hash that operators read */
  countFor(field: string): void {
    this.of(hashes).add(this.statsKey, field, 1, false)
  }

  /** For people: no part of what is counted. */
  note(
    key: string,
    entry: readonly [field: string, value: string],
    { most, keepSeconds }: { readonly most: number; readonly keepSeconds: number },
  ): void {
    this.notes.push([key, most, keepSeconds, ...entry])
  }

  /** Every key that the script reads. */
  touched(): string[] {
    const others = [...this.gathered.values()].flatMap((gathered) => [...gathered.keys()])
    return [this.statsKey, ...this.bits.keys(), ...others]
  }

  /** @param follow the answer is to say what changed */
  encode(follow = false): string {
    const argument: Record<string, unknown> = {
      bits: Array.from(this.bits, ([key, words]) => [key, ...[...words].flat()]),
      bits_ttl: NUMBERED_IDENTITY_TTL_S,
      keys: [...this.keys],
      keys_ttl: FOREIGN_IDENTITY_TTL_S,
      notes: this.notes,
      clock: [this.statsKey, LAST_APPLIED_FIELD],
      epoch: this.epoch,
    }
    for (const section of sections) argument[section.name] = this.gathered.get(section)?.encode() ?? []
    if (follow) argument.follow = true
    return JSON.stringify(argument)
  }
}
