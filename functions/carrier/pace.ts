/**
 * How many things a second are taken up: each that is born has a turn of its own, a pace after the one before.
 *
 *   nothing ──comes──▶ has a turn ──its moves are stored──▶ done ──its delivery is answered 2xx──▶ nothing
 *
 * A turn is kept while its delivery is answered 503 and comes again, since a record may hold more births than one delivery
 * has time for: each time some more are taken up, and none of them twice. It is the memory of one process: another pod has
 * a pace of its own, and one that starts begins anew.
 */
import type { Event } from '../_core/event.ts'
import { CARRIER_WAIT_S } from '../_core/limits.ts'
import type { Clock } from '../_core/ports.ts'

export interface Pace {
  /** Milliseconds until its turn; `done`: it was taken up; `later`: its turn is further away than a delivery may wait. */
  turnOf(event: Event): number | 'done' | 'later'
  /** Its moves are stored. */
  done(event: Event): void
  /** Their delivery is over. */
  forget(events: readonly Event[]): void
}

/** No cap. */
export const UNPACED: Pace = { turnOf: () => 0, done: () => {}, forget: () => {} }

/** Longer than the retries of a source (27 minutes): what was not delivered by then comes no more. */
const FORGET_MS = 30 * 60_000

export function paced(
  perSecond: number,
  clock: Clock,
  longestMs: number = 1_000 * CARRIER_WAIT_S,
): Pace & { readonly size: number } {
  /** By identity, in the order of their turns. */
  const turns = new Map<string, { readonly atMs: number; isDone: boolean }>()
  let nextMs = 0
  const nameOf = ({ source, id }: Event): string => JSON.stringify([source, id])
  const forgetOld = (nowMs: number): void => {
    for (const [name, { atMs }] of turns) {
      if (atMs > nowMs - FORGET_MS) return
      turns.delete(name)
    }
  }
  return {
    turnOf: (event) => {
      const nowMs = clock()
      forgetOld(nowMs)
      const name = nameOf(event)
      let turn = turns.get(name)
      if (turn === undefined) {
        turn = { atMs: Math.max(nowMs, nextMs), isDone: false }
        nextMs = turn.atMs + 1_000 / perSecond
        turns.set(name, turn)
      }
      if (turn.isDone) return 'done'
      const waitMs = Math.max(0, turn.atMs - nowMs)
      return waitMs > longestMs ? 'later' : waitMs
    },
    done: (event) => {
      const turn = turns.get(nameOf(event))
      if (turn !== undefined) turn.isDone = true
    },
    forget: (events) => {
      for (const event of events) turns.delete(nameOf(event))
    },
    get size() {
      return turns.size
    },
  }
}
