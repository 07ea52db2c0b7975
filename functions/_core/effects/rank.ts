/**
 * Ranks members by what they add up to, exactly: a score is a double, so an event that would take one past
 * {@link LARGEST_SCORE} is refused.
 */
import { compose } from '../composed.ts'
import { LARGEST_SCORE } from '../limits.ts'
import { type Amount, plus } from './amount.ts'
import {
  type Gathered,
  keyPer,
  keysPer,
  type ModelEvent,
  type Operation,
  type Section,
  step,
} from './operation.ts'
import { addTo, ranksOf, type Sums, sumsOf } from './sums.ts'

/** A sorted set scored by the number of events, or by the sum of the integer field `by`. */
export interface Rank {
  readonly op: 'rank'
  readonly key: string
  readonly per?: readonly string[]
  /** Fields whose labels are the member, composed with `/` (see composed.ts). */
  readonly member: readonly string[]
  readonly by?: string
}

/** Encoded as `[key, [member, …], [amount, …]]`. */
class Ranks implements Gathered {
  private readonly ranks = new Map<string, Map<string, Amount>>()

  add(key: string, member: string, by: number): void {
    let rank = this.ranks.get(key)
    if (rank === undefined) {
      rank = new Map()
      this.ranks.set(key, rank)
    }
    rank.set(member, plus(rank.get(member) ?? 0, by))
  }

  amountOf(key: string, member: string): number {
    return Number(this.ranks.get(key)?.get(member) ?? 0)
  }

  keys(): Iterable<string> {
    return this.ranks.keys()
  }

  encode(): unknown[] {
    return Array.from(this.ranks, ([key, by]) => [key, [...by.keys()], Array.from(by.values(), Number)])
  }
}

export const ranks: Section<Ranks> = { name: 'ranks', gather: () => new Ranks() }

export const rank: Operation<Rank, Sums> = {
  sections: [ranks],
  needs: ({ by }) => (by === undefined ? {} : { integers: [by] }),
  compile({ per, member, by }, { keyOf, labelled }) {
    const keyFor = keyOf(per)
    const memberOf = labelled(member)
    return step(ranks, ({ value }, changes) =>
      changes.add(keyFor(value), memberOf(value), by === undefined ? 1 : Number(value[by])),
    )
  },
  shape: () => 'ranks',
  keys: ({ key, per }) => keysPer(key, per),
  model: {
    key: ({ key, per }, event) => keyPer(key, per, event),
    refuses(held, effect, event) {
      const [member, by] = added(effect, event)
      return (held?.get(member) ?? 0n) + by > LARGEST_SCORE ? fullScore(effect.key, member) : undefined
    },
    add: (held, effect, event) => addTo(held, ...added(effect, event)),
    contents: (held, _effect, key) => [[key, ranksOf(held)]],
    load: sumsOf,
  },
}

const added = ({ member, by }: Rank, event: ModelEvent): [member: string, by: bigint] => [
  compose(member.map(event.label), '/'),
  by === undefined ? 1n : event.integer(by),
]

/** Why an event is refused. */
export const fullScore = (key: string, member: string): string =>
  `${member} in ${key} would pass ${LARGEST_SCORE}, the most that a ranking can count exactly`
