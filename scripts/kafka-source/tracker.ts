/**
 * Which offset of a partition may be committed: the lowest that is still out, else the one after the last taken. So a
 * commit never passes a record that is not delivered, however deliveries overtake each other; offsets may have gaps
 * (compaction, transaction markers).
 */
export class CommitTracker {
  /** A set iterates in the order of insertion, and offsets are taken in rising order: the first is the lowest. */
  readonly #out = new Set<number>()
  #next: number
  #committed: number

  /** @param start the first offset that will be taken */
  constructor(start: number) {
    this.#next = start
    this.#committed = start
  }

  /** Whether `offset` lies before what was already taken: the reader was sent back, and needs a new tracker. */
  isBehind(offset: number): boolean {
    return offset < this.#next
  }

  take(offset: number): void {
    this.#out.add(offset)
    this.#next = offset + 1
  }

  done(offset: number): void {
    this.#out.delete(offset)
  }

  /** The position to commit, undefined when it is committed already. */
  get due(): number | undefined {
    const [lowest = this.#next] = this.#out
    return lowest > this.#committed ? lowest : undefined
  }

  committed(position: number): void {
    this.#committed = position
  }
}
