/** A hop to the next step, complete: coalesced, measured, bounded in time and, where the step can be asked again, retried. */
import type { Account } from '../../_core/accounts.ts'
import { type Event, sizeOf } from '../../_core/event.ts'
import { SEND_ATTEMPTS } from '../../_core/limits.ts'
import type { Logger, Outcome, Sink } from '../../_core/ports.ts'
import type { Runtime } from '../function.ts'
import { Coalescer } from './coalescer.ts'
import { laneOf } from './lanes.ts'
import { retrying } from './retry.ts'

/** A step that is unavailable fails thousands of sends; an operator needs one line of them a second. */
const LOG_EVERY_MS = 1_000

export interface HopOptions {
  /** The next step's name, the label of its metrics. */
  readonly to: string
  readonly send: Sink<Event>
  /** What a send may take, with its retries, in milliseconds. */
  readonly withinMs: number
  /** How often the same events are sent at most. */
  readonly attempts?: number
  /** Bounds of the queue, where they are not the usual ones. */
  readonly queue?: { readonly queueItems: number; readonly queueBytes: number }
}

/** It is drained when the function stops. */
export function createHop({ metrics, log, lifecycle }: Runtime, options: HopOptions): Sink<Event> {
  const { to, send, withinMs, attempts = 1, queue } = options
  const seconds = metrics.histogram('callSeconds', { to })
  const measured: Sink<Event> = async (items) => {
    const start = performance.now()
    try {
      return await send(items)
    } finally {
      seconds((performance.now() - start) / 1000)
    }
  }
  const onRetry = metrics.counter('retries', { to })
  const retried = retrying(measured, { clock: Date.now, attempts, withinMs, onRetry })
  const tell = rateLimitedWarning(to, log)
  const coalescer = new Coalescer({
    send: async (items) => {
      const outcomes = await retried(items)
      tell(outcomes)
      return outcomes
    },
    sizeOf,
    laneOf,
    ...queue,
    clock: Date.now,
    onBatch: metrics.histogram('batchItems', { to }),
  })
  metrics.gauge('queueItems', { to }, () => coalescer.depth)
  lifecycle.onClose(`hop to ${to}`, () => coalescer.close())
  return coalescer.submit
}

/** A hop by a client of the next step, which is closed after the hop is drained; a step can be asked again. */
export function clientHop(
  runtime: Runtime,
  {
    to,
    send,
    close,
    withinMs,
  }: Pick<HopOptions, 'to' | 'send' | 'withinMs'> & { readonly close: () => Promise<void> | void },
): Sink<Event> {
  runtime.lifecycle.onClose(`${to} client`, close)
  return createHop(runtime, { to, send, withinMs, attempts: SEND_ATTEMPTS })
}

/** What a record's account weighs in the bounds, in bytes: a dead letter has its payload's beginning. */
const ACCOUNT_BYTES = 100
const LETTER_BYTES = 8_000

/** Accounts of many deliveries go out together, as their events do. */
export function createAccounts({ lifecycle }: Runtime, send: Sink<Account>): Sink<Account> {
  const sizeOf = ({ deadLetter }: Account): number =>
    deadLetter === undefined ? ACCOUNT_BYTES : LETTER_BYTES
  const coalescer = new Coalescer({ send, sizeOf, clock: Date.now })
  lifecycle.onClose('accounts', () => coalescer.close())
  return coalescer.submit
}

/** Says why items were not confirmed: the answers to clients don't. */
function rateLimitedWarning(to: string, log: Logger): (outcomes: readonly Outcome[]) => void {
  let lastMs = Number.NEGATIVE_INFINITY
  return (outcomes) => {
    const failure = outcomes.find((outcome) => outcome?.code === 'unavailable')
    if (failure === undefined || performance.now() - lastMs < LOG_EVERY_MS) return
    lastMs = performance.now()
    const items = outcomes.filter((outcome) => outcome?.code === 'unavailable').length
    log.warn({ to, items, of: outcomes.length, err: failure.cause ?? failure }, 'not confirmed')
  }
}
