/**
 * Something that is asked for no more often than its period, and only while somebody wants it. Whoever wants it gets what
 * is known at once, with its age: a source that hangs holds nobody up.
 */
import type { Clock } from '../../_core/ports.ts'

export interface Polled<T> {
  readonly value: T | undefined
  readonly asOfMs: number | null
  /** Why the last time failed. */
  readonly problem: string | null
}

export interface Poll<T> {
  (): Polled<T>
  /** For whoever asks once and not again: resolves when what is known is not older than this, or cannot be had. */
  upTo(ageMs: number): Promise<void>
}

export function polled<T>(ask: () => Promise<T>, periodMs: number, clock: Clock): Poll<T> {
  let known: Polled<T> = { value: undefined, asOfMs: null, problem: null }
  let asking: Promise<void> | undefined
  let askedMs = Number.NEGATIVE_INFINITY
  const refresh = async (): Promise<void> => {
    askedMs = clock()
    try {
      const value = await ask()
      known = { value, asOfMs: clock(), problem: null }
    } catch (error) {
      known = { ...known, problem: error instanceof Error ? error.message : String(error) }
    } finally {
      asking = undefined
    }
  }
  const now = (): Polled<T> => {
    if (asking === undefined && clock() - askedMs >= periodMs) asking = refresh()
    return known
  }
  const upTo = async (ageMs: number): Promise<void> => {
    const { asOfMs } = now()
    if (asOfMs === null || clock() - asOfMs > ageMs) await asking
  }
  return Object.assign(now, { upTo })
}
