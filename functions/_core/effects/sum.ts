/** Adds up a field, exactly. */
import { decimalOf } from '../money.ts'
import type { Amount } from './amount.ts'
import { centsKey, hashes } from './hashes.ts'
import { type Operation, step } from './operation.ts'
import { addTo, hashOf, type Sums, sumsOf, zeroFields } from './sums.ts'

/**
 * A hash of exact sums of `of` (times `times`). In cents (rounded half up) the hash holds decimals with two places
 * and `<key>:centavos` the integers; without `unit` the sum is an integer.
 */
export interface Sum {
  readonly op: 'sum'
  readonly key: string
  readonly field: string
  readonly of: string
  readonly times?: string
  readonly unit?: 'cents'
}

export const sum: Operation<Sum, Sums> = {
  sections: [hashes],
  needs({ of, times, unit }) {
    const factors = times === undefined ? [] : [times]
    return unit === 'cents' ? { cents: [of], integers: factors } : { integers: [of, ...factors] }
  },
  compile({ field, of, times, unit }, { key, labelled, centsAt }) {
    const fieldOf = labelled([field])
    const isMoney = unit === 'cents'
    const at = isMoney ? centsAt(of) : -1
    return step(hashes, ({ value, cents }, changes) => {
      const one = cents[at] ?? Number(value[of])
      const by = times === undefined ? one : product(one, Number(value[times]))
      changes.add(key, fieldOf(value), by, isMoney)
    })
  },
  zeros({ key, field, unit }, labelsOf) {
    const labels = labelsOf(field)
    if (unit !== 'cents') return zeroFields(key, labels, '0')
    return [...zeroFields(key, labels, decimalOf(0n)), ...zeroFields(centsKey(key), labels, '0')]
  },
  shape: () => 'hash',
  keys: ({ key, unit }) => ({ exact: unit === 'cents' ? [key, centsKey(key)] : [key] }),
  model: {
    key: ({ key }) => key,
    add(held, { field, of, times, unit }, event) {
      const one = unit === 'cents' ? event.cents(of) : event.integer(of)
      return addTo(held, event.label(field), one * (times === undefined ? 1n : event.integer(times)))
    },
    contents: (held, { unit }, key) =>
      unit === 'cents'
        ? [
            [key, hashOf(held, decimalOf)],
            [centsKey(key), hashOf(held)],
          ]
        : [[key, hashOf(held)]],
    load: (content, effect, key) => (key === effect.key ? sumsOf(content) : undefined),
  },
}

/** Exact: both are integers. */
function product(one: number, times: number): Amount {
  const by = one * times
  return by <= Number.MAX_SAFE_INTEGER ? by : BigInt(one) * BigInt(times)
}
