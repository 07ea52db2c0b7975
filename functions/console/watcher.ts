/**
 * One watcher of the live stream, pulled by its connection:
 *
 *   waiting (its socket took all) ──frame──▶ writing (the socket has the chunk)
 *      ▲                                        │ another frame comes, and one more: it is late
 *      └──── asks for the next ◀────────────────┘
 *
 * In time, it gets the frame that all share. Late, it gets the newest alone, with what it missed counted. It never holds
 * more than that one frame and its place in the logs: a slow one costs no memory, however long it does not read.
 */
import type { Places } from './places.ts'

/** Encoded once for all who had the frame before. */
export interface Frame {
  /** Where the logs are after it. */
  readonly places: Places
  readonly shared: Uint8Array
  /** For whoever was somewhere else, or nowhere yet. */
  for(places: Places | undefined): Uint8Array
}

export class Watcher {
  readonly stream: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Set while the socket waits for more. */
  #wake: (() => void) | undefined
  #places: Places | undefined
  #pending: Frame | undefined
  #isLate = true

  /**
   * @param hello comes before the first frame
   * @param places where it was before it came
   */
  constructor(hello: Uint8Array, places: Places | undefined, onGone: (gone: Watcher) => void) {
    this.#places = places
    let first: Uint8Array | undefined = hello
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> | undefined => {
      if (first !== undefined) {
        controller.enqueue(first)
        first = undefined
        return
      }
      return new Promise((resolve) => {
        this.#wake = resolve
        this.#write()
      })
    }
    const cancel = (): void => {
      this.#controller = undefined
      this.#release()
      onGone(this)
    }
    const start = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      this.#controller = controller
    }
    // Nothing is fetched ahead of what the socket takes.
    this.stream = new ReadableStream({ start, pull, cancel }, { highWaterMark: 0 })
  }

  offer(frame: Frame): void {
    if (this.#pending !== undefined) this.#isLate = true
    this.#pending = frame
    this.#write()
  }

  /** A sign of life, for whoever waits. */
  beat(bytes: Uint8Array): void {
    if (this.#wake === undefined) return
    this.#controller?.enqueue(bytes)
    this.#release()
  }

  end(): void {
    this.#controller?.close()
    this.#controller = undefined
    this.#release()
  }

  #write(): void {
    const frame = this.#pending
    if (frame === undefined || this.#wake === undefined) return
    this.#controller?.enqueue(this.#isLate ? frame.for(this.#places) : frame.shared)
    this.#places = frame.places
    this.#pending = undefined
    this.#isLate = false
    this.#release()
  }

  #release(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}
