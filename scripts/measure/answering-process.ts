/** A process of ours that answers questions one at a time, over the channel that Node gives a forked child. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { CAUDAL_DIR } from '../lib/paths.ts'

/** Some fifty of them run the same few files: compiled once, they start in half of the time. */
const COMPILE_CACHE = join(CAUDAL_DIR, 'compile-cache')

export class AnsweringProcess<Reply> {
  readonly #child: ChildProcess
  readonly #what: string

  /** @param options its one argument, as JSON */
  constructor(file: string, options: object) {
    this.#what = JSON.stringify(options)
    const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE }
    this.#child = fork(file, [this.#what], { serialization: 'advanced', env })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** @throws Error when it ends instead */
  async next(question?: object): Promise<Reply> {
    const over = new AbortController()
    const { signal } = over
    try {
      const ended = once(this.#child, 'exit', { signal }).then(([code]) => {
        throw new Error(`a process of the comparison ended with ${code}: ${this.#what}`)
      })
      const reply = once(this.#child, 'message', { signal })
      // The one that is not awaited any more ends with the signal.
      for (const wait of [ended, reply]) wait.catch(() => {})
      if (question !== undefined) this.#child.send(question)
      const [message] = await Promise.race([reply, ended])
      return message as Reply
    } finally {
      over.abort()
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill()
    await ended
  }
}
