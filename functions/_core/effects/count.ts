/** Counts events. */
import { hashes } from './hashes.ts'
import { type Gathered, keyPer, keysPer, type Operation, type Section, step } from './operation.ts'
import { addTo, hashOf, type Sums, sumsOf, zeroFields } from './sums.ts'

/** INCR, or HINCRBY when `field` is given: the number of events. */
export interface Count {
  readonly op: 'count'
  readonly key: string
  readonly per?: readonly string[]
  readonly field?: string
}

/** Numbers in strings that become larger. Encoded as `[key, amount]`. */
class Strings implements Gathered {
  private readonly amounts = new Map<string, number>()

  add(key: string, by: number): void {
    this.amounts.set(key, (this.amounts.get(key) ?? 0) + by)
  }

  keys(): Iterable<string> {
    return this.amounts.keys()
  }

  encode(): unknown[] {
    return [...this.amounts]
  }
}

const strings: Section<Strings> = { name: 'strings', gather: () => new Strings() }

export const count: Operation<Count, Sums> = {
  sections: [strings, hashes],
  needs: () => ({}),
  compile({ per, field }, { keyOf, labelled }) {
    const keyFor = keyOf(per)
    if (field === undefined) {
      return step(strings, ({ value }, changes) => changes.add(keyFor(value), 1))
    }
    const fieldOf = labelled([field])
    return step(hashes, ({ value }, changes) => changes.add(keyFor(value), fieldOf(value), 1, false))
  },
  zeros({ key, per = [], field }, labelsOf) {
    const keys = per.reduce<readonly string[]>(
      (all, name) => all.flatMap((one) => (labelsOf(name) ?? []).map((label) => `${one}:${label}`)),
      [key],
    )
    if (field === undefined) return keys.map((one) => ({ key: one, value: '0' }))
    return keys.flatMap((one) => zeroFields(one, labelsOf(field), '0'))
  },
  shape: ({ field }) => (field === undefined ? 'string' : 'hash'),
  keys: ({ key, per }) => keysPer(key, per),
  model: {
    key: ({ key, per }, event) => keyPer(key, per, event),
    // A plain counter has the field ''.
    add: (held, { field }, event) => addTo(held, field === undefined ? '' : event.label(field), 1n),
    contents: (held, { field }, key) => [
      [key, field === undefined ? { string: String(held.get('') ?? 0n) } : hashOf(held)],
    ],
    load: sumsOf,
  },
}
