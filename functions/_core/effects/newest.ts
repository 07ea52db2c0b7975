/** Keeps the newest prices. */
import { identityText } from '../keys.ts'
import { decimalOf } from '../money.ts'
import { byFirst } from '../snapshot.ts'
import { type Gathered, keyPer, keysPer, type Operation, type Section, step } from './operation.ts'

/**
 * A sorted set of the newest `keep` prices: score = event time in ms, member = `<of>:<source>#<id>`. It is forgotten
 * `keepSeconds` after the last event: clients may name as many products as they like.
 */
export interface Newest {
  readonly op: 'newest'
  readonly key: string
  readonly per?: readonly string[]
  readonly of: string
  readonly keep: number
  readonly keepSeconds: number
}

interface List {
  readonly keep: number
  readonly keepSeconds: number
  readonly scores: number[]
  readonly members: string[]
}

/** Encoded as `[key, keep, keepSeconds, score, member, score, member, …]`. */
class Lists implements Gathered {
  private readonly lists = new Map<string, List>()

  add(key: string, keep: number, keepSeconds: number, score: number, member: string): void {
    const list = this.lists.get(key)
    if (list === undefined) {
      this.lists.set(key, { keep, keepSeconds, scores: [score], members: [member] })
    } else {
      list.scores.push(score)
      list.members.push(member)
    }
  }

  keys(): Iterable<string> {
    return this.lists.keys()
  }

  encode(): unknown[] {
    return Array.from(this.lists, ([key, list]) => [key, list.keep, list.keepSeconds, ...newestOf(list)])
  }
}

/** Scores and members in turn. What the batch itself pushes out is left out; ties are Valkey's to decide. */
function newestOf({ keep, scores, members }: List): (number | string)[] {
  const oldest = scores.length > keep ? (scores.toSorted((a, b) => b - a)[keep - 1] ?? 0) : -Infinity
  const pairs: (number | string)[] = []
  for (const [index, score] of scores.entries()) {
    const member = members[index]
    if (score >= oldest && member !== undefined) pairs.push(score, member)
  }
  return pairs
}

const lists: Section<Lists> = { name: 'newest', gather: () => new Lists() }

type Scored = [score: number, member: string]

/** As Valkey orders a sorted set: by score, then by the bytes of the member. */
const byScore = ([a, first]: Scored, [b, second]: Scored): number =>
  a - b || Buffer.compare(Buffer.from(first), Buffer.from(second))

export const newest: Operation<Newest, Scored[]> = {
  sections: [lists],
  byTime: true,
  expires: true,
  needs: ({ of }) => ({ cents: [of], members: true }),
  compile({ per, of, keep, keepSeconds }, { keyOf, centsAt }) {
    const keyFor = keyOf(per)
    const at = centsAt(of)
    return step(lists, ({ value, ms, members }, changes) =>
      changes.add(keyFor(value), keep, keepSeconds, ms, members[at] ?? ''),
    )
  },
  shape: () => 'ranks',
  keys: ({ key, per }) => keysPer(key, per),
  model: {
    key: ({ key, per }, event) => keyPer(key, per, event),
    add(held = [], { of, keep }, event) {
      const member = `${decimalOf(event.cents(of))}:${identityText(event.source, event.id)}`
      return [...held, [event.ms, member] satisfies Scored].sort(byScore).slice(-keep)
    },
    contents: (held, _effect, key) => [
      [key, { ranks: held.map(([score, member]) => [member, score] as const).sort(byFirst) }],
    ],
    load: (content) =>
      'ranks' in content
        ? content.ranks.map(([member, score]): Scored => [score, member]).sort(byScore)
        : undefined,
  },
}
