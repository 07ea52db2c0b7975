/**
 * The effects of a domain, compiled once into a function that adds what an event changes to a batch's changes. Values
 * are resolved here: keys with their labels, cents, epoch times. It runs for every event; its cost is measured.
 */
import type { Domain, Effect, Value } from './domain.ts'
import type { Event } from './event.ts'
import { identityText } from './keys.ts'
import { memoizeLast } from './memoize.ts'
import { centsOf, decimalOf } from './money.ts'
import { msOf } from './time.ts'

/** An exact sum: a bigint once it is past what a double holds. */
export type Amount = number | bigint

/** What counting a batch changes in Valkey, each kind gathered by key. Amounts are never negative. */
export interface Changes {
  /** The string at `key` is a number, and becomes `by` larger. */
  addToString(key: string, by: number): void
  /** The string at `key` becomes the larger or smaller of itself and `cents`, written as a decimal. */
  extreme(key: string, which: 'max' | 'min', cents: number): void
  /** @param cents the hash holds decimals, `<key>:centavos` the integers */
  addToHash(key: string, field: string, by: Amount, cents: boolean): void
  /** A hash that is forgotten `keepSeconds` after its last change. */
  addToSeries(key: string, field: number, keepSeconds: number): void
  addToRank(key: string, member: string, by: number): void
  newest(key: string, keep: number, score: number, member: string): void
  log(key: string, keep: number, fields: readonly string[]): void
}

export interface Effects {
  /** @throws RangeError for an event that cannot be counted: no amount or no time where one must be */
  read(event: Event): Reading
  add(reading: Reading, changes: Changes): void
}

/** What several effects of one event need, computed once. */
export interface Reading {
  readonly event: Event
  readonly value: Value
  /** Event time in milliseconds since the epoch. */
  readonly ms: number
  /** Of each priced field, in the order of `priced`. */
  readonly cents: readonly number[]
  /** `<price>:<identity>` of each priced field. */
  readonly members: readonly string[]
}

type Step = (reading: Reading, changes: Changes) => void

/** @param prefix comes before every key */
export function compileEffects(domain: Domain, prefix = ''): Effects {
  const integers = [...new Set(domain.effects.flatMap(integerFields))]
  const priced = [...new Set(domain.effects.flatMap(pricedField))]
  const listed = domain.effects.some((effect) => effect.op === 'newest')
  const steps = domain.effects.map((effect) => compileStep(effect, domain, prefix, priced))
  return {
    read(event) {
      const { value, source, id } = event
      const ms = msOf(event.time)
      if (Number.isNaN(ms)) throw new RangeError(`invalid time: ${event.time}`)
      for (const name of integers) requireCount(value[name], name)
      const cents = priced.map((name) => centsIn(value, name))
      const identity = listed ? identityText(source, id) : ''
      const members = listed ? cents.map((price) => `${decimalOf(price)}:${identity}`) : []
      return { event, value, ms, cents, members }
    },
    add(reading, changes) {
      for (const step of steps) step(reading, changes)
    },
  }
}

/** The key of the integer cents beside the decimals of a sum. */
export const centsKey = (key: string): string => `${key}:centavos`

function pricedField(effect: Effect): string[] {
  if (effect.op === 'max' || effect.op === 'min' || effect.op === 'newest') return [effect.of]
  return effect.op === 'sum' && effect.unit === 'cents' ? [effect.of] : []
}

/** Fields that are added as they are. */
function integerFields(effect: Effect): string[] {
  if (effect.op === 'rank') return effect.by === undefined ? [] : [effect.by]
  if (effect.op !== 'sum') return []
  const times = effect.times === undefined ? [] : [effect.times]
  return effect.unit === 'cents' ? times : [effect.of, ...times]
}

function centsIn(value: Value, name: string): number {
  const price = Number(value[name])
  return requireCount(price < 0 ? price : centsOf(price), name)
}

/** Sums are of integers that are not negative; the script relies on it. */
function requireCount(content: unknown, name: string): number {
  if (Number.isSafeInteger(content) && Number(content) >= 0) return Number(content)
  throw new RangeError(`${name} is not a non-negative integer: ${content}`)
}

function compileStep(effect: Effect, domain: Domain, prefix: string, priced: readonly string[]): Step {
  const key = prefix + effect.key
  const { labelled, keyOf } = namer(domain, key)
  switch (effect.op) {
    case 'count': {
      const keyFor = keyOf(effect.per)
      if (effect.field === undefined) return ({ value }, changes) => changes.addToString(keyFor(value), 1)
      const field = labelled([effect.field])
      return ({ value }, changes) => changes.addToHash(keyFor(value), field(value), 1, false)
    }
    case 'sum': {
      const field = labelled([effect.field])
      const position = effect.unit === 'cents' ? priced.indexOf(effect.of) : -1
      const { of, times } = effect
      return ({ value, cents }, changes) => {
        const one = cents[position] ?? Number(value[of])
        const by = times === undefined ? one : product(one, Number(value[times]))
        changes.addToHash(key, field(value), by, position >= 0)
      }
    }
    case 'max':
    case 'min': {
      const position = priced.indexOf(effect.of)
      return ({ cents }, changes) => changes.extreme(key, effect.op, cents[position] ?? 0)
    }
    case 'rank': {
      const keyFor = keyOf(effect.per)
      const member = labelled(effect.member)
      const { by } = effect
      return ({ value }, changes) =>
        changes.addToRank(keyFor(value), member(value), by === undefined ? 1 : Number(value[by]))
    }
    case 'newest': {
      const keyFor = keyOf(effect.per)
      const position = priced.indexOf(effect.of)
      return ({ value, ms, members }, changes) =>
        changes.newest(keyFor(value), effect.keep, ms, members[position] ?? '')
    }
    case 'series': {
      const { bucketSeconds, spanSeconds, keepSeconds } = effect
      const keyOfSpan = memoizeLast((span: number) => `${key}:${span}`)
      return ({ ms }, changes) =>
        changes.addToSeries(keyOfSpan(startOf(ms, spanSeconds)), startOf(ms, bucketSeconds), keepSeconds)
    }
    case 'log':
      return ({ event }, changes) => changes.log(key, effect.keep, logFields(event))
  }
}

type Name = (value: Value) => string

function namer(domain: Domain, key: string) {
  const labelsOf = (name: string) => domain.fields.find((field) => field.name === name)?.labels
  const text = (name: string): Name => {
    const labels = labelsOf(name)
    if (labels === undefined) return (value) => String(value[name])
    return (value) => labels[Number(value[name])] ?? String(value[name])
  }
  /** `start` and then the named fields, each after the separator. */
  const after = (start: Name, names: readonly string[], separator: string): Name =>
    names.map(text).reduce<Name>((before, last) => (value) => before(value) + separator + last(value), start)
  /** The named fields, joined by `/`. */
  const labelled = ([first = '', ...rest]: readonly string[]): Name => after(text(first), rest, '/')
  /** The key, with `:<field>` for each named field. Keys by an enum alone are made beforehand: most effects have them. */
  const keyOf = (names: readonly string[] = []): Name => {
    const made = after(() => key, names, ':')
    const [name, second] = names
    if (name === undefined) return () => key
    const labels = second === undefined ? labelsOf(name) : undefined
    const keys = labels?.map((label) => `${key}:${label}`)
    return keys === undefined ? made : (value) => keys[Number(value[name])] ?? made(value)
  }
  return { labelled, keyOf }
}

/** Exact: both are integers. */
function product(one: number, times: number): Amount {
  const by = one * times
  return by <= Number.MAX_SAFE_INTEGER ? by : BigInt(one) * BigInt(times)
}

/** The epoch second at which the bucket of `seconds` that holds `ms` starts. */
const startOf = (ms: number, seconds: number): number => Math.floor(ms / 1000 / seconds) * seconds

/** The canonical content, then `id`, `source` and `time`. */
function logFields({ value, id, source, time }: Event): string[] {
  const fields: string[] = []
  for (const name in value) fields.push(name, String(value[name]))
  fields.push('id', id.toWellFormed(), 'source', source.toWellFormed(), 'time', time)
  return fields
}
