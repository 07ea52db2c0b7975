/** Money is counted in integer cents, so that sums are exact whatever the order of events. */

/**
 * Cents of a price, rounded half up on its decimal digits as written (1.005 is 101 cents, though the nearest double is
 * below it).
 *
 * @param price 0..1e9
 */
export function centsOf(price: number): number {
  // Most prices have two decimals at most; then this is exact, and no text has to be made and read.
  const cents = Math.round(price * 100)
  if (cents / 100 === price) return cents
  // Below 1e-6 a number prints with an exponent, and is no cent at all.
  return price < 1e-6 ? 0 : Math.round(Number(`${price}e2`))
}

/** Cents as a plain decimal with two places. */
export function decimalOf(cents: number | bigint): string {
  const digits = String(cents).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
