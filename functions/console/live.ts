/**
 * The ticks. While somebody watches, Valkey is read once a second, however many watch; while nobody does, it is read when
 * somebody asks, and what is asked within the same second gets the same reading. Nothing runs for nobody.
 */
import { Failure } from '../_core/errors.ts'
import type { Clock, Logger } from '../_core/ports.ts'
import type { Board, Pipeline, Proof } from './api.ts'
import { frameOf, type Shown } from './frame.ts'
import { BEAT_MS, RETRY_MS, TICK_MS, WATCHERS } from './limits.ts'
import type { Places } from './places.ts'
import type { Read } from './reading.ts'
import { Rows } from './rows.ts'
import { type Frame, Watcher } from './watcher.ts'

export interface LivePorts {
  readonly read: Read
  readonly pipeline: () => Pipeline
  readonly proof: () => Proof
  readonly clock: Clock
  readonly log: Logger
  readonly tickMs?: number
  readonly beatMs?: number
}

const HELLO = Buffer.from(`retry: ${RETRY_MS}\n\n`)
const BEAT = Buffer.from(': beat\n\n')

export class Live {
  readonly #ports: LivePorts
  readonly #watchers = new Set<Watcher>()
  readonly #tickMs: number
  readonly #rows = new Rows()
  #boards: Board[] = []
  #problem: string | null = null
  #readMs = Number.NEGATIVE_INFINITY
  #tick = 0
  #frame: Frame | undefined
  #frameMs = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | undefined
  /** Since the last frame. */
  #restarted: string[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(ports: LivePorts) {
    this.#ports = ports
    this.#tickMs = ports.tickMs ?? TICK_MS
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** @throws Failure `busy` */
  watch(places: Places | undefined): ReadableStream<Uint8Array> {
    if (this.#watchers.size >= WATCHERS) throw new Failure('busy', `${WATCHERS} watch already`)
    const watcher = new Watcher(HELLO, places, (gone) => this.#forget(gone))
    this.#watchers.add(watcher)
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => void this.#tickOnce(), this.#tickMs)
      void this.#tickOnce()
    } else if (this.#frame !== undefined) watcher.offer(this.#frame)
    return watcher.stream
  }

  /** The boards, not older than a tick. @throws Failure `unavailable` when Valkey is away and nothing was read yet */
  async boards(): Promise<readonly Board[]> {
    const isOld = this.#ports.clock() - this.#readMs >= this.#tickMs
    if (this.#timer === undefined ? isOld : this.#boards.length === 0) await this.#read()
    if (this.#boards.length === 0)
      throw new Failure('unavailable', this.#problem ?? 'Valkey was not read yet')
    return this.#boards
  }

  /** As they were read last, whenever that was. */
  get known(): readonly Board[] {
    return this.#boards
  }

  /** What could not be read. */
  get problem(): string | null {
    return this.#problem
  }

  close(): void {
    clearInterval(this.#timer)
    for (const watcher of this.#watchers) watcher.end()
    this.#watchers.clear()
  }

  #forget(watcher: Watcher): void {
    this.#watchers.delete(watcher)
    if (this.#watchers.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#frame = undefined
  }

  /** One at a time: who comes while Valkey is read waits for that answer. */
  #read(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #readOnce(): Promise<void> {
    const { read, clock, log } = this.#ports
    try {
      const { boards, tails } = await read(this.#rows.places)
      this.#boards = boards
      this.#readMs = clock()
      this.#problem = null
      this.#restarted.push(...this.#rows.take(tails))
    } catch (error) {
      if (this.#problem === null) log.warn({ err: error }, 'cannot read Valkey')
      this.#problem = `Valkey cannot be read: ${error instanceof Error ? error.message : error}`
    }
  }

  async #tickOnce(): Promise<void> {
    const { clock, pipeline, proof } = this.#ports
    if (this.#reading !== undefined) return this.#beat()
    // Whoever had the frame before is where the rows are now.
    const before = this.#frame?.places ?? this.#rows.places
    await this.#read()
    if (this.#timer === undefined) return
    const shown: Shown = {
      tick: ++this.#tick,
      nowMs: clock(),
      problem: this.#problem,
      boards: this.#boards,
      pipeline: pipeline(),
      proof: proof(),
      restarted: this.#restarted.splice(0),
      watchers: this.#watchers.size,
    }
    this.#frame = frameOf(shown, this.#rows, before)
    this.#frameMs = clock()
    for (const watcher of this.#watchers) watcher.offer(this.#frame)
  }

  /** Valkey takes long to answer. */
  #beat(): void {
    if (this.#ports.clock() - this.#frameMs < (this.#ports.beatMs ?? BEAT_MS)) return
    this.#frameMs = this.#ports.clock()
    for (const watcher of this.#watchers) watcher.beat(BEAT)
  }
}
