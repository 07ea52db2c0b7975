/**
 * What an effect's operation is. Each is one file beside this one, and a line in index.ts; what it writes into Valkey is
 * a part of adapters' lua/apply.lua. A file says, in this order: the data in a domain's file, the step that counts an
 * event into a batch, how a batch is encoded for the script, what its keys hold, and the plain model it is tested with.
 */
import { keyWith } from '../composed.ts'

import type { Failure } from '../errors.ts'
import type { Value } from '../fields.ts'
import type { Moved } from '../life.ts'
import type { Content } from '../snapshot.ts'

/** What operations see of an event. */
export interface Occurrence {
  readonly value: Value
  readonly source: string
  readonly id: string
  /** RFC 3339. */
  readonly time: string
}

/** What several effects of one event need, computed once. */
export interface Reading {
  readonly event: Occurrence
  readonly value: Value
  /** Event time in milliseconds since the epoch. */
  readonly ms: number
  /** When it is counted, in the same unit. */
  readonly countedMs: number
  /** Of each priced field; an effect asks once where its own is (see {@link CompileContext}). */
  readonly cents: readonly number[]
  /** As part of a member or field (see keys.ts); empty when no effect needs it. */
  readonly identity: string
  /** `<price>:<identity>` of each priced field. */
  readonly members: readonly string[]
}

/** Fields of an event that must hold what an effect adds. An event that does not have it is not counted. */
export interface Needs {
  /** Amounts of money. */
  readonly cents?: readonly string[]
  /** Integers that are not negative: the script relies on it. */
  readonly integers?: readonly string[]
  /** Whether it uses `members`. */
  readonly members?: true
  /** Whether it uses `identity`. */
  readonly identity?: true
}

/** One kind of change that a batch makes in Valkey: a member of the script's argument. */
export interface Section<Changes extends Gathered = Gathered> {
  /** The member's name; the header of apply.lua describes it. */
  readonly name: string
  gather(): Changes
}

/** The changes of one kind, gathered so that each key and field is written once. */
export interface Gathered {
  /** Every key that the script reads for them. */
  keys(): Iterable<string>
  /** As the script takes them. */
  encode(): readonly unknown[]
}

export interface Step<Changes extends Gathered = Gathered> {
  readonly section: Section<Changes>
  add(reading: Reading, changes: Changes): void
}

/** @param add runs for every event */
export const step = <Changes extends Gathered>(
  section: Section<Changes>,
  add: (reading: Reading, changes: Changes) => void,
): Step<Changes> => ({ section, add })

export type NameOf = (value: Value) => string

export interface CompileContext {
  /** The effect's key behind the prefix. */
  readonly key: string
  /** The key with the labels of these fields (see composed.ts). */
  keyOf(names?: readonly string[]): NameOf
  /** The labels of these fields, composed with `/`. */
  labelled(names: readonly string[]): NameOf
  /** Where a priced field is in a reading; -1 when it is none. */
  centsAt(name: string): number
}

/** What Valkey holds at an effect's keys; a stream, of at most `keep` entries. */
export type Shape = 'string' | 'hash' | 'ranks' | { readonly keep: number }

/** Keys exactly so, and those that begin with one of `<under>:`. */
export interface Keys {
  readonly exact?: readonly string[]
  readonly under?: string | readonly string[]
}

/** A figure that is there before any event: a key, or a field of a hash. */
export interface Zero {
  readonly key: string
  readonly field?: string
  readonly value: string
}

/** The labels of an enum; undefined for a field whose values are no closed set. */
export type LabelsOf = (name: string) => readonly string[] | undefined

export interface Operation<Effect extends { readonly key: string }, Held = unknown> {
  readonly sections: readonly Section[]
  /** What it keeps depends on the time of events. */
  readonly byTime?: true
  /** Its keys are forgotten after a while. */
  readonly expires?: true
  /** Whether a key is of a time that is not kept any more. @param nowMs since the epoch */
  isPast?(effect: Effect, key: string, nowMs: number): boolean
  needs(effect: Effect): Needs
  compile(effect: Effect, context: CompileContext): Step
  /** Of one of its keys. */
  shape(effect: Effect, key: string): Shape
  /** What is 0 from the start, so that dashboards need not tell nothing from 0; of a closed set of keys alone. */
  zeros?(effect: Effect, labelsOf: LabelsOf): readonly Zero[]
  keys(effect: Effect): Keys
  readonly model: Model<Effect, Held>
}

/** What counting means, as plainly as it can be said: maps, bigints, no encoding. Valkey's content is compared with it. */
export interface Model<Effect, Held> {
  /** The key that an event changes; or, of what changes several together, the one that stands for all of them. */
  key(effect: Effect, event: ModelEvent): string
  /** What an event does after those before it, or why it cannot be counted. */
  judge?(held: Held | undefined, effect: Effect, event: ModelEvent): Moved | Failure
  /** What the key holds after the event; `held` may be changed for that. */
  add(held: Held | undefined, effect: Effect, event: ModelEvent): Held
  /** Why the event cannot be counted after what is held; left out: it always can. */
  refuses?(held: Held | undefined, effect: Effect, event: ModelEvent): string | undefined
  contents(held: Held, effect: Effect, key: string): readonly (readonly [key: string, content: Content])[]
  /** The key that stands for this one, when it is not itself. */
  standsFor?(effect: Effect, key: string): string
  /**
   * What was held when a snapshot had this; undefined for a key that says the same as another.
   * @param held what the keys before it have made, where one stands for several
   */
  load(content: Content, effect: Effect, key: string, held?: Held): Held | undefined
}

/** An event, and what models ask of it. */
export interface ModelEvent extends Occurrence {
  readonly ms: number
  /** The label of an enum's number, the text of any other field. */
  readonly label: (name: string) => string
  integer(name: string): bigint
  cents(name: string): bigint
}

/** `<key>:<label>…` for the fields of `per`. */
export const keyPer = (key: string, per: readonly string[] | undefined, event: ModelEvent): string =>
  keyWith(key, per?.map(event.label) ?? [])

/** The keys of an effect that has one for each label of the fields in `per`. */
export const keysPer = (key: string, per: readonly string[] | undefined): Keys =>
  per === undefined ? { exact: [key] } : { under: key }
