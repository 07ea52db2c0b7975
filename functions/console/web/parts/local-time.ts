/** The texts of `datetime-local`: in the reader's zone, without naming it. */

const MINUTE_MS = 60_000

export const localText = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 19)

/** Undefined for a text that is no time. */
export function msOfLocal(text: string): number | undefined {
  const ms = Date.parse(text)
  return Number.isFinite(ms) ? ms : undefined
}
