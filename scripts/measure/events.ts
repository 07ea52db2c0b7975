/** The events that loads send: the same for the same seed, of the first domain, each as long as was asked. */
import { accept } from '../../functions/_core/accept.ts'
import type { Domain, Effect, Value } from '../../functions/_core/domain.ts'
import { randomFrom } from '../lib/statistics.ts'

const EVENTS = 1_000
const KEYS = 100
const LARGEST_AMOUNT = 9

export type Rank = Extract<Effect, { op: 'rank' }>

export interface Pool {
  readonly domain: Domain
  /** What makes the counts by key, to check against. */
  readonly rank: Rank
  readonly events: readonly Value[]
  /** All keys; none is a key of other events. */
  readonly keys: readonly string[]
  /** Which key each event has, and what it adds to that key's score. */
  readonly keyOf: readonly number[]
  readonly scoreOf: readonly number[]
}

export interface PoolOptions {
  readonly seed: number
  /** Begins every key, so that no other event has one of them. */
  readonly mark: string
  /** Of one event as JSON, in bytes. */
  readonly bytes: number
}

/** @throws Error when the domain does not rank its keys: what was counted could not be checked */
export function poolOf(domain: Domain, { seed, mark, bytes }: PoolOptions): Pool {
  const rank = domain.effects.find(
    (effect): effect is Rank =>
      effect.op === 'rank' && !effect.per && effect.member.length === 1 && effect.member[0] === domain.key,
  )
  const examples = domain.examples
    .filter(({ endpoints }) => endpoints === undefined)
    .map(({ stored }) => stored)
  if (rank === undefined || examples.length === 0)
    throw new Error(`${domain.name} needs an example and a rank of its keys`)
  const random = randomFrom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const made = Array.from({ length: EVENTS }, (_, index) => {
    const example = examples[index % examples.length] ?? {}
    const amount = rank.by === undefined ? {} : { [rank.by]: 1 + below(LARGEST_AMOUNT) }
    return { key: below(KEYS), value: { ...example, ...amount } as Value }
  })
  const keys = Array.from({ length: KEYS }, (_, index) => `${mark}-${String(index).padStart(3, '0')}`)
  const events = made.map(({ key, value }) => {
    const event = { ...value, [domain.key]: keys[key] ?? '' }
    const missing = Math.max(0, bytes - JSON.stringify(event).length)
    const padded = { ...event, [domain.key]: event[domain.key] + '-'.repeat(missing) }
    return accept(domain, padded, 'required')
  })
  return withMembers(domain, rank, events)
}

/** Padding makes keys of its own: what the counts have is read from the events themselves. */
function withMembers(domain: Domain, rank: Rank, events: readonly Value[]): Pool {
  const keys = [...new Set(events.map((event) => String(event[domain.key])))]
  const places = new Map(keys.map((key, place) => [key, place]))
  return {
    domain,
    rank,
    events,
    keys,
    keyOf: events.map((event) => places.get(String(event[domain.key])) ?? 0),
    scoreOf: events.map((event) => (rank.by === undefined ? 1 : Number(event[rank.by]))),
  }
}
