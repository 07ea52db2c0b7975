/** Keeps the largest or the smallest amount of money. */
import { decimalOf } from '../money.ts'
import { type Gathered, type Operation, type Section, step } from './operation.ts'

/** A string: the largest or smallest `of`, a decimal with two places. */
export interface Extreme {
  readonly op: 'max' | 'min'
  readonly key: string
  readonly of: string
}

/** Encoded as `[key, 'max' or 'min', decimal]`. */
class Extremes implements Gathered {
  private readonly extremes = new Map<string, { readonly which: 'max' | 'min'; cents: number }>()

  add(key: string, which: 'max' | 'min', cents: number): void {
    const held = this.extremes.get(key)
    if (held === undefined) this.extremes.set(key, { which, cents })
    else if (which === 'max' ? cents > held.cents : cents < held.cents) held.cents = cents
  }

  keys(): Iterable<string> {
    return this.extremes.keys()
  }

  encode(): unknown[] {
    return Array.from(this.extremes, ([key, { which, cents }]) => [key, which, decimalOf(cents)])
  }
}

const extremes: Section<Extremes> = { name: 'extremes', gather: () => new Extremes() }

export const extreme: Operation<Extreme, bigint> = {
  sections: [extremes],
  needs: ({ of }) => ({ cents: [of] }),
  compile({ op, of }, { key, centsAt }) {
    const at = centsAt(of)
    return step(extremes, ({ cents }, changes) => changes.add(key, op, cents[at] ?? 0))
  },
  shape: () => 'string',
  keys: ({ key }) => ({ exact: [key] }),
  model: {
    key: ({ key }) => key,
    add(held, { op, of }, event) {
      const cents = event.cents(of)
      return held !== undefined && (op === 'max') === held > cents ? held : cents
    },
    contents: (held, _effect, key) => [[key, { string: decimalOf(held) }]],
    load: (content) => ('string' in content ? BigInt(content.string.replace('.', '')) : undefined),
  },
}
