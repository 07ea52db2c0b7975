/**
 * The bytes of request bodies that a process holds, bounded: what has arrived of each, or what it was decoded to, until
 * its request is answered.
 *
 * A hold is `arriving` until its body is whole, then `whole` until it is freed. When there is no room, arriving ones give
 * way first, the one that has sent nothing for longest before all others: who holds a body back pays for it, not who
 * sends one. Only if that would not do, the asker itself is refused. Long bodies may fill a part of the budget only, so
 * that they never shut out single events.
 */
import { Failure } from './errors.ts'
import { BODY_BYTES_IN_FLIGHT, LONG_BODIES_SHARE, SINGLE_BODY_BYTES } from './limits.ts'

/** `full`: there was no room. `slow`: it did not come in time. */
export type Refused = 'full' | 'slow'

export interface ByteBudgetOptions {
  readonly limitBytes?: number
  readonly onRefused?: (reason: Refused) => void
}

const failureOf = (reason: Refused): Failure =>
  reason === 'full'
    ? new Failure('busy', 'too many bytes of requests are in flight')
    : new Failure('tooSlow', 'the request took too long to arrive')

export class ByteBudget {
  readonly limitBytes: number
  readonly onRefused: (reason: Refused) => void
  #bytes = 0
  #arrivingBytes = 0
  /** The one that has sent nothing for longest is first. */
  readonly #arriving = new Set<Hold>()

  constructor({ limitBytes = BODY_BYTES_IN_FLIGHT, onRefused = () => {} }: ByteBudgetOptions = {}) {
    this.limitBytes = limitBytes
    this.onRefused = onRefused
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes
  }

  /** @param onGivenUp is told once that the body is not waited for any more, and what to answer */
  open(onGivenUp: (failure: Failure) => void): Hold {
    return new Hold(this, onGivenUp)
  }

  /** For {@link Hold}: whether there is room for more of it. */
  take(hold: Hold, bytes: number, isLast: boolean): boolean {
    this.leave(hold)
    if (!this.#makeRoom(hold, bytes)) return false
    this.#bytes += bytes
    if (isLast) return true
    this.#arrivingBytes += hold.bytes + bytes
    this.#arriving.add(hold)
    return true
  }

  /** For {@link Hold}: it does not give way any more. */
  leave(hold: Hold): void {
    if (this.#arriving.delete(hold)) this.#arrivingBytes -= hold.bytes
  }

  /** For {@link Hold}. */
  give(bytes: number): void {
    this.#bytes -= bytes
  }

  #makeRoom(hold: Hold, bytes: number): boolean {
    if (bytes === 0) return true
    const isLong = hold.bytes + bytes > SINGLE_BODY_BYTES
    const limit = isLong ? this.limitBytes * LONG_BODIES_SHARE : this.limitBytes
    if (this.#bytes + bytes <= limit) return true
    if (this.#bytes - this.#arrivingBytes + bytes > limit) return false
    for (const stalest of this.#arriving) {
      stalest.giveUp('full')
      if (this.#bytes + bytes <= limit) return true
    }
    return false
  }
}

/** What one body has of a budget. */
export class Hold {
  readonly #budget: ByteBudget
  readonly #onGivenUp: (failure: Failure) => void
  #bytes = 0
  #refusal: Failure | undefined

  constructor(budget: ByteBudget, onGivenUp: (failure: Failure) => void) {
    this.#budget = budget
    this.#onGivenUp = onGivenUp
  }

  get bytes(): number {
    return this.#bytes
  }

  /** Why the body is not waited for any more. */
  get refusal(): Failure | undefined {
    return this.#refusal
  }

  /**
   * @param isLast the body is whole with them
   * @returns whether there was room; if not, it is given up
   */
  take(bytes: number, isLast = false): boolean {
    if (this.#refusal !== undefined) return false
    if (this.#budget.take(this, bytes, isLast)) {
      this.#bytes += bytes
      return true
    }
    this.giveUp('full')
    return false
  }

  /** Nothing more comes of the body. */
  whole(): void {
    this.#budget.leave(this)
  }

  giveUp(reason: Refused): void {
    if (this.#refusal !== undefined) return
    this.#refusal = failureOf(reason)
    this.free()
    this.#budget.onRefused(reason)
    this.#onGivenUp(this.#refusal)
  }

  /** At the end of the request, once or more often. */
  free(): void {
    this.#budget.leave(this)
    this.#budget.give(this.#bytes)
    this.#bytes = 0
  }
}
