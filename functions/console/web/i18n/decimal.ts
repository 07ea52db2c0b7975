/** Exact arithmetic on the decimal texts of the API: sums of money are larger than what a number holds to the cent. */

/** In units of the last place that either has. */
function scaled(text: string, places: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(places, '0'))
}

const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0

export function sumOfDecimals(texts: readonly string[]): string {
  const places = Math.max(0, ...texts.map(placesOf))
  const sum = texts.reduce((total, text) => total + scaled(text, places), 0n)
  return places === 0 ? String(sum) : withPoint(sum, places)
}

/** @param by a whole number above 0; rounded half up to two places, as the API's own averages are */
export function averageOf(sum: string, by: number): string {
  const hundredths = (scaled(sum, Math.max(2, placesOf(sum))) * 2n) / BigInt(by)
  return withPoint((hundredths + 1n) / 2n, Math.max(2, placesOf(sum)))
}

function withPoint(units: bigint, places: number): string {
  const digits = String(units).padStart(places + 1, '0')
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`
}
