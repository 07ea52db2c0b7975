/** One POST per event over kept-alive connections. */
import { type Dispatcher, Pool } from 'undici'
import type { HttpEvent } from './http.ts'

export interface Answer {
  /** HTTP status; undefined when no whole answer came, and then `problem` says why. */
  readonly status: number | undefined
  readonly problem: string | undefined
  /** What the sink said, kept only for a status of 300 and above. */
  readonly body: Buffer
}

/** It never rejects. */
export type Post = (event: HttpEvent) => Promise<Answer>

export interface Poster {
  readonly post: Post
  close(): Promise<void>
}

export interface PosterOptions {
  readonly url: string
  readonly connections: number
  readonly timeoutMs: number
}

const CONNECT_TIMEOUT_MS = 3_000
/** An answer's body is a few lines; more of it only ends up in no dead letter. */
const ANSWER_BYTES = 64 * 1024
const NOTHING = Buffer.alloc(0)

export function createPoster({ url, connections, timeoutMs }: PosterOptions): Poster {
  const { origin, pathname, search } = new URL(url)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: CONNECT_TIMEOUT_MS },
  })
  const path = pathname + search
  return {
    post: ({ headers, body }) =>
      new Promise((resolve) => {
        pool.dispatch({ path, method: 'POST', headers, body }, new AnswerReader(resolve))
      }),
    // What is still under way by now is given up: its record is not committed and comes again.
    close: () => pool.destroy(),
  }
}

/** undici's own `request` costs a stream for each answer; most answers here have no body worth one. */
class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void
  #status = 0
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(resolve: (answer: Answer) => void) {
    this.#resolve = resolve
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#status < 300 || this.#bytes > ANSWER_BYTES) return
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const body = this.#chunks.length === 0 ? NOTHING : Buffer.concat(this.#chunks)
    this.#resolve({ status: this.#status, problem: undefined, body })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#resolve({ status: undefined, problem: error.message, body: NOTHING })
  }
}
