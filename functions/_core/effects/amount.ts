/** An exact sum: a bigint once it is past what a double holds. Never negative. */
export type Amount = number | bigint

export function plus(one: Amount, other: Amount): Amount {
  if (typeof one === 'number' && typeof other === 'number') {
    const sum = one + other
    if (sum <= Number.MAX_SAFE_INTEGER) return sum
  }
  return BigInt(one) + BigInt(other)
}
