/** What the parts say of themselves, asked once a second; a part that does not answer keeps its last figures. */

import type { Stats } from '../../kafka-source/stats.ts'
import { processUsage } from '../../lib/process-stat.ts'
import type { Child } from '../processes/child.ts'

const PROBE_MS = 900

/** A figure that starts again from 0 with each incarnation of its process, summed over all of them. */
class Accumulated {
  #before = 0
  #last = 0
  #incarnation: number | undefined

  update(incarnation: number, value: number): void {
    if (incarnation !== this.#incarnation) {
      this.#before += this.#last
      this.#last = 0
      this.#incarnation = incarnation
    }
    this.#last = Math.max(this.#last, value)
  }

  get total(): number {
    return this.#before + this.#last
  }
}

interface SourceStats extends Stats {
  readonly problem?: string
}

/** One part's process, over all its incarnations. */
export class Probe {
  readonly name: string
  readonly #child: Child
  /** Of `/metrics` or `/stats`; undefined for a part without. */
  readonly #url: string | undefined
  readonly #cpuUs = new Accumulated()
  readonly #retries = new Accumulated()
  readonly #answered = new Accumulated()
  readonly #stored = new Accumulated()
  readonly #lost = new Accumulated()
  #lastLost: string | undefined
  #problem: string | undefined

  constructor(child: Child, url?: string) {
    this.name = child.name
    this.#child = child
    this.#url = url
  }

  get cpuUs(): number {
    return this.#cpuUs.total
  }

  get retries(): number {
    return this.#retries.total
  }

  /** Requests that were answered well. */
  get answered(): number {
    return this.#answered.total
  }

  /** Events that it stored, those of a bulk each. */
  get stored(): number {
    return this.#stored.total
  }

  /** Records that the sources lost, as they would on a cluster. */
  get lost(): number {
    return this.#lost.total
  }

  /** Which was lost last, and why. */
  get lastLost(): string | undefined {
    return this.#lastLost
  }

  /** Why the sources deliver nothing just now, or where they are not asked any more. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** It never rejects. */
  async ask(): Promise<void> {
    const { pid, running } = this.#child
    const usage = running ? processUsage(pid) : undefined
    if (usage !== undefined) this.#cpuUs.update(pid, usage.cpuUs)
    if (this.#url === undefined || !running) return
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(PROBE_MS) })
      const text = await response.text()
      if (this.#url.endsWith('/stats')) return this.#readStats(pid, JSON.parse(text))
      this.#retries.update(pid, sumOf(text, /^caudal_retries_total\{.*\} (\S+)$/gm))
      this.#stored.update(pid, sumOf(text, /^caudal_stored_total\{.*\} (\S+)$/gm))
      this.#answered.update(pid, sumOf(text, /^caudal_requests_total\{.*code="20[0-9]".*\} (\S+)$/gm))
    } catch {
      // It is starting again, or busy; the next look will do.
    }
  }

  #readStats(pid: number, { retries, lost, lastLost, problem }: SourceStats): void {
    this.#problem = problem === undefined ? undefined : `${this.name} ${problem}`
    this.#retries.update(pid, retries)
    this.#lost.update(pid, lost)
    this.#lastLost = lastLost ?? this.#lastLost
  }
}

function sumOf(text: string, pattern: RegExp): number {
  let sum = 0
  for (const [, value] of text.matchAll(pattern)) sum += Number(value)
  return sum
}
