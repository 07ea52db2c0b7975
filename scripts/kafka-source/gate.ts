/** Counts what is in flight, and lets others wait until there is room for more. */
export class Gate {
  #inFlight = 0
  #waiting: { readonly below: number; readonly open: () => void }[] = []

  get inFlight(): number {
    return this.#inFlight
  }

  enter(): void {
    this.#inFlight++
  }

  leave(): void {
    this.#inFlight--
    if (this.#waiting.length === 0) return
    const isOpen = ({ below }: { readonly below: number }): boolean => this.#inFlight < below
    const opened = this.#waiting.filter(isOpen)
    this.#waiting = this.#waiting.filter((waiter) => !isOpen(waiter))
    for (const { open } of opened) open()
  }

  /** Resolves when fewer than `limit` are in flight; undefined when they are already. */
  below(limit: number): Promise<void> | undefined {
    if (this.#inFlight < limit) return undefined
    return new Promise((open) => this.#waiting.push({ below: limit, open }))
  }
}
