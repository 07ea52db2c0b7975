/**
 * Long work goes in slices that let others in. What is made of the items of long bodies goes on until its share of this turn of
 * the event loop is used up, by however many bodies together; then each waits for a turn of its own. So a turn takes no
 * longer for a hundred long bodies than for one. What has begun goes on before anything else begins: objects take many
 * times the memory of the bytes that they are made of, and so are there for few bodies at a time.
 */
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers'
import { TURN_SHARE_MS } from '../_core/limits.ts'

/** One for a process, since its event loop is one: {@link turns}. */
export class Turns {
  readonly #clock: () => number
  #beganMs: number | undefined
  readonly #begun: (() => void)[] = []
  readonly #fresh: (() => void)[] = []

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

  /** A turn to begin in. */
  next(): Promise<void> {
    return this.#waitIn(this.#fresh)
  }

  /** A turn to go on in. */
  nextToGoOn(): Promise<void> {
    return this.#waitIn(this.#begun)
  }

  #waitIn(waiting: (() => void)[]): Promise<void> {
    if (this.#beganMs === undefined) this.#begin(this.#clock())
    return new Promise((resolve) => waiting.push(resolve))
  }

  #begin(now: number): void {
    this.#beganMs = now
    setImmediate(() => {
      this.#beganMs = undefined
      const resume = this.#begun.pop() ?? this.#fresh.shift()
      if (resume === undefined) return
      this.#begin(this.#clock())
      resume()
    })
  }
}

export const turns = new Turns(() => performance.now())

/** For a single step that is long, or that many take at once: at once if there is time in this turn, else in one of its own. */
export async function takeTurn(): Promise<void> {
  if (turns.isOver) await turns.next()
}

/** What `map` makes of each item, in turns. */
export async function mapInTurns<From, To>(
  items: readonly From[],
  map: (item: From, index: number) => To,
): Promise<To[]> {
  const mapped: To[] = []
  for (const [index, item] of items.entries()) {
    if (turns.isOver) await turns.nextToGoOn()
    mapped.push(map(item, index))
  }
  return mapped
}
