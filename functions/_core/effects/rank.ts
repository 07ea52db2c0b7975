/** Ranks members by what they add up to. */
import { type Gathered, keyPer, keysPer, type Operation, type Section, step } from './operation.ts'
import { addTo, ranksOf, type Sums, sumsOf } from './sums.ts'

/** A sorted set scored by the number of events, or by the sum of the integer field `by`. */
export interface Rank {
  readonly op: 'rank'
  readonly key: string
  readonly per?: readonly string[]
  /** Fields whose labels are the member, joined by `/`. */
  readonly member: readonly string[]
  readonly by?: string
}

/** Encoded as `[key, [member, …], [amount, …]]`. */
class Ranks implements Gathered {
  private readonly ranks = new Map<string, Map<string, number>>()

  add(key: string, member: string, by: number): void {
    let rank = this.ranks.get(key)
    if (rank === undefined) {
      rank = new Map()
      this.ranks.set(key, rank)
    }
    rank.set(member, (rank.get(member) ?? 0) + by)
  }

  keys(): Iterable<string> {
    return this.ranks.keys()
  }

  encode(): unknown[] {
    return Array.from(this.ranks, ([key, by]) => [key, [...by.keys()], [...by.values()]])
  }
}

const ranks: Section<Ranks> = { name: 'ranks', gather: () => new Ranks() }

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
    add: (held, { member, by }, event) =>
      addTo(held, member.map(event.label).join('/'), by === undefined ? 1n : event.integer(by)),
    contents: (held, _effect, key) => [[key, ranksOf(held)]],
    load: sumsOf,
  },
}
