/** What a sending tells of itself: how long answers took, how many a second, and how long it took in all. */
import { build } from 'hdr-histogram-js'

const US_PER_MS = 1_000
const LONGEST_US = 600_000_000

export class SendFigures {
  /** Acknowledged. */
  acknowledged = 0
  /** Acknowledged by an earlier sending, and left out. */
  before = 0
  /** Lines that are none, or were refused. */
  bad = 0
  /** Never acknowledged: perhaps stored. */
  failed = 0
  retries = 0
  lastProblem: string | undefined
  readonly #latency = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
  })
  readonly #startMs = performance.now()

  /** @param latencyMs from its first attempt to its acknowledgement */
  stored(latencyMs: number): void {
    this.acknowledged++
    this.#latency.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(latencyMs * US_PER_MS))))
  }

  /** So far. */
  get seconds(): number {
    return (performance.now() - this.#startMs) / 1_000
  }

  get perSecond(): number {
    return this.acknowledged / this.seconds
  }

  /** @param share of answers that took no longer, from 0 to 1 @returns milliseconds */
  latencyMs(share: number): number {
    return this.#latency.getValueAtPercentile(100 * share) / US_PER_MS
  }

  get meanLatencyMs(): number {
    return this.acknowledged === 0 ? 0 : this.#latency.mean / US_PER_MS
  }
}

/** @param where the files that a person goes on with are */
export function summaryOf(
  figures: SendFigures,
  where: { readonly bad: string; readonly resume: string },
): string {
  const { acknowledged, before, bad, failed } = figures
  if (acknowledged + before + bad + failed === 0) return 'The file has no rows.'
  const ms = (value: number): string => (acknowledged === 0 ? '–' : `${value.toFixed(1)} ms`)
  const lines = [
    `stored        ${figures.acknowledged}${figures.before > 0 ? `, and ${figures.before} before` : ''}`,
    `send time     ${figures.seconds.toFixed(2)} s`,
    `throughput    ${figures.perSecond.toFixed(1)} per second`,
    `latency       mean ${ms(figures.meanLatencyMs)}, ` +
      [0.5, 0.95, 0.99].map((share) => `p${100 * share} ${ms(figures.latencyMs(share))}`).join(', ') +
      `, longest ${ms(figures.latencyMs(1))}`,
  ]
  if (figures.retries > 0) lines.push(`sent again    ${figures.retries}`)
  if (figures.bad > 0) lines.push(`bad lines     ${figures.bad}, with their reasons in ${where.bad}`)
  if (figures.failed > 0) {
    lines.push(`not answered  ${figures.failed}: ${figures.lastProblem ?? ''}`, where.resume)
  }
  return lines.join('\n')
}
