/** Numbers for people: thousands apart, a dash for what is not known. */

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const TWO_PLACES = new Intl.NumberFormat('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

export const count = (value: number): string => WHOLE.format(value)
/** @param value text of a decimal stays exact, however long */
export const decimal = (value: number | Intl.StringNumericLiteral): string => TWO_PLACES.format(value)
export const milliseconds = (value: number | null): string =>
  value === null ? '–' : `${value.toFixed(1)} ms`
