/** Numbers as a language writes them, with as many digits as they are worth. */

const DIGITS = 3

export interface Format {
  number(value: number): string
  signed(value: number): string
  /** @param share 0.5 is 50 % */
  percent(share: number): string
  share(share: number): string
}

export function formatOf(locale: string): Format {
  const rounding = { maximumSignificantDigits: DIGITS } as const
  const number = new Intl.NumberFormat(locale, rounding)
  // What has more digits before its point keeps them: 12,345 and not 12,300.
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const plain = (value: number): string => (Math.abs(value) >= 100 ? whole : number).format(value)
  return {
    number: plain,
    signed: (value) => `${value < 0 ? '−' : '+'}${plain(Math.abs(value))}`,
    percent: (value) => percent.format(value),
    share: (value) => share.format(value),
  }
}
