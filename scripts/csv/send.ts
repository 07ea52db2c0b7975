/**
 * Sends a file's rows at a steady rate, whatever the answers take, and each until it is answered for good: under its key
 * it counts once. When one cannot be stored for long, no more are begun: what was is in the journal, to go on from.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type BadRow, type GoodRow, isBad } from './read.ts'
import type { SendFigures } from './summary.ts'
import type { Target } from './targets.ts'

export interface SendOptions {
  readonly rows: AsyncIterable<GoodRow | BadRow>
  /** The key of a line. */
  readonly keyOf: (line: number) => string
  readonly target: Target
  /** Rows begun per second. */
  readonly rate: number
  /** Acknowledged by an earlier sending. */
  readonly done: ReadonlySet<number>
  readonly onStored: (line: number) => void
  readonly onBad: (row: BadRow) => void
  readonly figures: SendFigures
  /** Begins no more. */
  readonly signal: AbortSignal
}

/** In flight at a time: at the highest rate what two seconds of an endpoint that is slow leave open. */
export const IN_FLIGHT = 1_000
/** Of one row, before the sending is given up. */
const ATTEMPTS = 8
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 5_000

export async function sendRows(options: SendOptions): Promise<void> {
  const { rows, rate, done, onBad, figures, signal } = options
  const flying = new Set<Promise<void>>()
  const startMs = performance.now()
  let begun = 0
  for await (const row of rows) {
    if (isBad(row)) {
      figures.bad++
      onBad(row)
      continue
    }
    if (done.has(row.line)) {
      figures.before++
      continue
    }
    const dueMs = startMs + (begun * 1_000) / rate
    await delay(Math.max(0, dueMs - performance.now()), undefined, { signal }).catch(() => {})
    if (flying.size >= IN_FLIGHT) await Promise.race(flying)
    if (signal.aborted || figures.failed > 0) break
    begun++
    const sending = sendOne(row, options)
    flying.add(sending)
    void sending.finally(() => flying.delete(sending))
  }
  await Promise.all(flying)
}

async function sendOne({ line, value }: GoodRow, options: SendOptions): Promise<void> {
  const { target, keyOf, onStored, onBad, figures } = options
  const begunMs = performance.now()
  for (let attempt = 1; ; attempt++) {
    const answer = await target.send(value, keyOf(line))
    if (answer.is === 'stored') {
      figures.stored(performance.now() - begunMs)
      return onStored(line)
    }
    if (answer.is === 'refused') {
      figures.bad++
      return onBad({ line, reason: answer.reason, raw: JSON.stringify(value) })
    }
    figures.lastProblem = answer.reason
    if (attempt === ATTEMPTS || options.signal.aborted) {
      figures.failed++
      return
    }
    figures.retries++
    await delay(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt))
  }
}
