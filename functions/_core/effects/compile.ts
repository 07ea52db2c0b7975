/**
 * The effects of a domain, compiled once into a function that adds what an event changes to a batch's changes. Values
 * are resolved here: keys with their labels, cents, epoch times. It runs for every event; its cost is measured.
 */
import { encodePart, type Separator } from '../composed.ts'
import type { Field, Value } from '../fields.ts'
import { identityText } from '../keys.ts'
import { centsOf, decimalOf } from '../money.ts'
import { msOf } from '../time.ts'
import { type Effect, operationOf } from './index.ts'
import type { Gathered, NameOf, Occurrence, Reading, Section } from './operation.ts'

/** What counting a batch changes in Valkey, by kind. */
export interface Changes {
  of<Kind extends Gathered>(section: Section<Kind>): Kind
}

export interface Effects {
  /**
   * @param countedMs when it is counted; by default at its own time
   * @throws RangeError for an event that cannot be counted: an invalid time, or no amount where one must be
   */
  read(event: Occurrence, countedMs?: number): Reading
  add(reading: Reading, changes: Changes): void
}

interface Described {
  readonly fields: readonly Field[]
  readonly effects: readonly Effect[]
}

/**
 * @param prefix comes before every key
 * @example
 * const { read, add } = compileEffects(sales)
 * const changes = new BatchChanges('caudal:stats')
 * for (const event of events) add(read(event), changes)
 */
export function compileEffects({ fields, effects }: Described, prefix = ''): Effects {
  const needs = effects.map((effect) => operationOf(effect).needs(effect))
  const integers = [...new Set(needs.flatMap((need) => need.integers ?? []))]
  const priced = [...new Set(needs.flatMap((need) => need.cents ?? []))]
  const listed = needs.some((need) => need.members)
  const isNamed = listed || needs.some((need) => need.identity)
  const steps = effects.map((effect) => {
    const key = prefix + effect.key
    const centsAt = (name: string): number => priced.indexOf(name)
    return operationOf(effect).compile(effect, { key, ...namer(fields, key), centsAt })
  })
  return {
    read(event, countedMs) {
      const { value, source, id } = event
      const ms = msOf(event.time)
      if (Number.isNaN(ms)) throw new RangeError(`invalid time: ${event.time}`)
      for (const name of integers) requireCount(value[name], name)
      const cents = priced.map((name) => centsIn(value, name))
      const identity = isNamed ? identityText(source, id) : ''
      const members = listed ? cents.map((price) => `${decimalOf(price)}:${identity}`) : []
      return { event, value, ms, countedMs: countedMs ?? ms, cents, identity, members }
    },
    add(reading, changes) {
      for (const step of steps) step.add(reading, changes.of(step.section))
    },
  }
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

/** Makes names of an event's labels: everything that is the same for all events is made beforehand. */
function namer(fields: readonly Field[], key: string) {
  const labelsOf = (name: string) => fields.find((field) => field.name === name)?.labels
  const text = (name: string, write: (text: string) => string): NameOf => {
    const labels = labelsOf(name)?.map(write)
    if (labels === undefined) return (value) => write(String(value[name]))
    return (value) => labels[Number(value[name])] ?? write(String(value[name]))
  }
  /** What compose() says, made ready for many events. */
  const composed = (names: readonly string[], separator: Separator): NameOf =>
    names
      .map((name, at) =>
        text(name, at === names.length - 1 ? (last) => last : (part) => encodePart(part, separator)),
      )
      .reduce((before, last) => (value) => before(value) + separator + last(value))
  const labelled = (names: readonly string[]): NameOf => composed(names, '/')
  /** Keys by an enum alone are made beforehand: most effects have them. */
  const keyOf = (names: readonly string[] = []): NameOf => {
    const [name, second] = names
    if (name === undefined) return () => key
    const rest = composed(names, ':')
    const made: NameOf = (value) => `${key}:${rest(value)}`
    const labels = second === undefined ? labelsOf(name) : undefined
    const keys = labels?.map((label) => `${key}:${label}`)
    return keys === undefined ? made : (value) => keys[Number(value[name])] ?? made(value)
  }
  return { labelled, keyOf }
}
