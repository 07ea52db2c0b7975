/** What a load notes while it runs. */
import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js'
import type { LoadResult } from './protocol.ts'
import type { Answer } from './sender.ts'

const LONGEST_US = 120_000_000
const US_PER_MS = 1_000

export class Recorder {
  readonly #stored: number[]
  readonly #unknown: number[]
  readonly #latency = histogram()
  readonly #service = histogram()
  readonly #startMs = performance.now()
  readonly #startCpu = process.threadCpuUsage()
  #refused = 0
  #answered = 0
  #skipped = 0
  #flying = 0
  /** Requests in flight times milliseconds, up to when their number last changed. */
  #flownMs = 0
  #changedMs = this.#startMs

  /** @param events how many the pool has */
  constructor(events: number) {
    this.#stored = new Array<number>(events).fill(0)
    this.#unknown = new Array<number>(events).fill(0)
  }

  get elapsedMs(): number {
    return performance.now() - this.#startMs
  }

  skip(): void {
    this.#skipped++
  }

  /** @returns when it began, for {@link end} */
  begin(): number {
    const nowMs = performance.now()
    this.#changeTo(this.#flying + 1, nowMs)
    return nowMs
  }

  /**
   * @param dueMs when the request was to begin
   * @param sentMs when it did
   * @param places its events in the pool
   */
  end(answer: Answer, dueMs: number, sentMs: number, places: readonly number[]): void {
    const nowMs = performance.now()
    this.#changeTo(this.#flying - 1, nowMs)
    if (answer === 'refused') {
      this.#refused += places.length
      return
    }
    const counts = answer === 'stored' ? this.#stored : this.#unknown
    for (const place of places) counts[place] = (counts[place] ?? 0) + 1
    if (answer === 'unknown') return
    this.#answered++
    this.#latency.recordValue(microseconds(nowMs - dueMs))
    this.#service.recordValue(microseconds(nowMs - sentMs))
  }

  result(): LoadResult {
    const nowMs = performance.now()
    this.#changeTo(this.#flying, nowMs)
    const takenMs = nowMs - this.#startMs
    const cpu = process.threadCpuUsage(this.#startCpu)
    return {
      stored: this.#stored,
      unknown: this.#unknown,
      refused: this.#refused,
      skipped: this.#skipped,
      answered: this.#answered,
      seconds: takenMs / 1_000,
      latency: encodeIntoCompressedBase64(this.#latency),
      service: encodeIntoCompressedBase64(this.#service),
      inFlight: this.#flownMs / takenMs,
      clientCore: (cpu.user + cpu.system) / (takenMs * US_PER_MS),
    }
  }

  #changeTo(flying: number, nowMs: number): void {
    this.#flownMs += this.#flying * (nowMs - this.#changedMs)
    this.#flying = flying
    this.#changedMs = nowMs
  }
}

const histogram = (): Histogram =>
  build({ lowestDiscernibleValue: 1, highestTrackableValue: LONGEST_US, numberOfSignificantValueDigits: 3 })

const microseconds = (ms: number): number => Math.max(1, Math.round(ms * US_PER_MS))
