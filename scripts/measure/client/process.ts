/** A client process, from the side of the comparison. */
import { join } from 'node:path'
import { AnsweringProcess } from '../answering-process.ts'
import type { Ask, CodecResult, LoadResult, Reply, Target } from './protocol.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

export class ClientProcess {
  readonly #process: AnsweringProcess<Reply>

  constructor(target: Target) {
    this.#process = new AnsweringProcess(MAIN, target)
  }

  get pid(): number {
    return this.#process.pid
  }

  /** @throws Error when the client fails or dies */
  async run(ask: Exclude<Ask, { kind: 'codec' }>): Promise<LoadResult> {
    const reply = await this.#ask(ask)
    if (!('load' in reply)) throw new Error('the client did not report a load')
    return reply.load
  }

  /** @throws Error when the client fails or dies */
  async codec(milliseconds: number): Promise<CodecResult> {
    const reply = await this.#ask({ kind: 'codec', milliseconds })
    if (!('codec' in reply)) throw new Error('the client did not report a codec')
    return reply.codec
  }

  stop(): Promise<void> {
    return this.#process.stop()
  }

  async #ask(ask: Ask): Promise<Reply> {
    const reply = await this.#process.next(ask)
    if ('error' in reply) throw new Error(`a client failed: ${reply.error}`)
    return reply
  }
}
