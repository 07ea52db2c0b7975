/** The events that loads send: the same for the same seed, each as long as was asked, or longer if its fields are. */
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
  /** All that is ranked; none is of other events. */
  readonly keys: readonly string[]
  /** Which of these each event has, and what it adds to its score. */
  readonly keyOf: readonly number[]
  readonly scoreOf: readonly number[]
}

export interface PoolOptions {
  readonly seed: number
  /** Begins all that is ranked, so that no other event has one of them. */
  readonly mark: string
  /** Of one event as JSON, in bytes. */
  readonly bytes: number
}

/** What a domain ranks its events by, its key if it can; undefined: what was counted could not be checked. */
export function rankOf({ effects, key }: Domain): Rank | undefined {
  const ranks = effects.filter(
    (effect): effect is Rank => effect.op === 'rank' && !effect.per && effect.member.length === 1,
  )
  return ranks.find(({ member }) => member[0] === key) ?? ranks[0]
}

/** @throws Error when the domain does not rank its events */
export function poolOf(domain: Domain, { seed, mark, bytes }: PoolOptions): Pool {
  const rank = rankOf(domain)
  const examples = domain.examples
    .filter(({ endpoints }) => endpoints === undefined)
    .map(({ stored }) => stored)
  const [ranked] = rank?.member ?? []
  if (rank === undefined || ranked === undefined || examples.length === 0)
    throw new Error(`${domain.name} needs an example and a rank`)
  // Each is another thing, as a client sends it that gives no key.
  const isNamed = domain.fields.some(({ name, fromIdentity }) => name === domain.key && fromIdentity === true)
  const unnamed = isNamed ? { [domain.key]: '' } : {}
  const random = randomFrom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const made = Array.from({ length: EVENTS }, (_, index) => {
    const example = examples[index % examples.length] ?? {}
    const amount = rank.by === undefined ? {} : { [rank.by]: 1 + below(LARGEST_AMOUNT) }
    return { key: below(KEYS), value: { ...example, ...unnamed, ...amount } as Value }
  })
  const keys = Array.from({ length: KEYS }, (_, index) => `${mark}-${String(index).padStart(3, '0')}`)
  const events = made.map(({ key, value }) => {
    const event = { ...value, [ranked]: keys[key] ?? '' }
    const missing = Math.max(0, bytes - JSON.stringify(event).length)
    const padded = { ...event, [ranked]: event[ranked] + '-'.repeat(missing) }
    return accept(domain, padded, 'required')
  })
  return withMembers(domain, rank, ranked, events)
}

/** Padding makes keys of its own: what the counts have is read from the events themselves. */
function withMembers(domain: Domain, rank: Rank, ranked: string, events: readonly Value[]): Pool {
  const keys = [...new Set(events.map((event) => String(event[ranked])))]
  const places = new Map(keys.map((key, place) => [key, place]))
  return {
    domain,
    rank,
    events,
    keys,
    keyOf: events.map((event) => places.get(String(event[ranked])) ?? 0),
    scoreOf: events.map((event) => (rank.by === undefined ? 1 : Number(event[rank.by]))),
  }
}
