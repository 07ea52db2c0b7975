/**
 * Long work in slices that let others in. What is made of the items of long bodies goes on until its share of this turn of
 * the event loop is used up, by however many bodies together; then each waits for a turn, first come, first served. So
 * a turn takes no longer for a hundred long bodies than for one.
 */
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { TURN_SHARE_MS } from '../_core/limits.ts'

/** One for a process, since its event loop is one: {@link turns}. */
export class Turns {
  readonly #clock: () => number
  #beganMs: number | undefined
  readonly #waiting: (() => void)[] = []

  /** @param clock milliseconds, of any beginning */
  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** Whether long work has had its share of this turn: then wait for the {@link next}. */
  get isOver(): boolean {
    const now = this.#clock()
    if (this.#beganMs === undefined) this.#begin(now)
    return now - (this.#beganMs ?? now) >= TURN_SHARE_MS
  }

  next(): Promise<void> {
    if (this.#beganMs === undefined) this.#begin(this.#clock())
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #begin(now: number): void {
    this.#beganMs = now
    setImmediate(() => {
      this.#beganMs = undefined
      const resume = this.#waiting.shift()
      if (resume === undefined) return
      this.#begin(this.#clock())
      resume()
    })
  }
}

export const turns = new Turns(() => performance.now())

/** A single long step, such as a parse, takes a turn too. */
export const inTurn =
  <From, To>(step: (from: From) => To) =>
  async (from: From): Promise<To> => {
    if (turns.isOver) await turns.next()
    return step(from)
  }

/** What `map` makes of each item, in turns. */
export async function mapInTurns<From, To>(
  items: readonly From[],
  map: (item: From, index: number) => To,
): Promise<To[]> {
  const mapped: To[] = []
  for (const [index, item] of items.entries()) {
    if (turns.isOver) await turns.next()
    mapped.push(map(item, index))
  }
  return mapped
}
