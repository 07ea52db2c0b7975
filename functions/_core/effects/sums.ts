/** Sums by field or member, as models keep them. */
import { byFirst, type Content } from '../snapshot.ts'
import type { Zero } from './operation.ts'

export type Sums = Map<string, bigint>

export function addTo(held: Sums | undefined, field: string, by: bigint): Sums {
  const sums: Sums = held ?? new Map()
  return sums.set(field, (sums.get(field) ?? 0n) + by)
}

export const hashOf = (sums: Sums, write: (sum: bigint) => string = String): Content => ({
  hash: [...sums].sort(byFirst).map(([field, sum]) => [field, write(sum)]),
})

export const ranksOf = (sums: Sums): Content => ({
  ranks: [...sums].sort(byFirst).map(([member, sum]) => [member, Number(sum)]),
})

/** A field for each label. */
export const zeroFields = (key: string, labels: readonly string[] = [], value: string): Zero[] =>
  labels.map((field) => ({ key, field, value }))

/** Of a snapshot's content; decimals have two places, so that they are read as cents. */
export function sumsOf(content: Content): Sums {
  if ('string' in content) return new Map([['', BigInt(content.string)]])
  if ('stream' in content) throw new TypeError('a stream holds no sums')
  const pairs: readonly (readonly [string, string | number])[] =
    'hash' in content ? content.hash : content.ranks
  return new Map(pairs.map(([field, sum]) => [field, BigInt(String(sum).replace('.', ''))]))
}
