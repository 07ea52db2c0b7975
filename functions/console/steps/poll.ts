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

export function polled<T>(ask: () => Promise<T>, periodMs: number, clock: Clock): () => Polled<T> {
  let known: Polled<T> = { value: undefined, asOfMs: null, problem: null }
  let isAsking = false
  let askedMs = Number.NEGATIVE_INFINITY
  const refresh = async (): Promise<void> => {
    isAsking = true
    askedMs = clock()
    try {
      const value = await ask()
      known = { value, asOfMs: clock(), problem: null }
    } catch (error) {
      known = { ...known, problem: error instanceof Error ? error.message : String(error) }
    } finally {
      isAsking = false
    }
  }
  return () => {
    if (!isAsking && clock() - askedMs >= periodMs) void refresh()
    return known
  }
}
