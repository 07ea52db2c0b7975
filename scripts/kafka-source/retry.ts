/** What becomes of a delivery by the sink's answer (Knative data plane specification, delivery retry). */

export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly retry: number
  readonly backoffPolicy: 'exponential' | 'linear'
  readonly backoffDelayMs: number
}

export type DeliveryOutcome = 'delivered' | 'retry' | 'refused'

const MULTIPLE_CHOICES = 300
const SERVER_ERRORS = 500
/** Not there yet, timed out, in progress elsewhere, overloaded: these may pass. */
const PASSING: ReadonlySet<number> = new Set([404, 408, 409, 429])
/** What a timer can wait, in ms. */
const LONGEST_WAIT_MS = 2 ** 31 - 1

/** @param status undefined when no answer came: a timeout, a refused or broken connection */
export function classify(status: number | undefined): DeliveryOutcome {
  if (status === undefined) return 'retry'
  if (status < MULTIPLE_CHOICES) return 'delivered'
  return status >= SERVER_ERRORS || PASSING.has(status) ? 'retry' : 'refused'
}

/** The wait before the nth retry, in ms; n counts from 1, and so the first exponential wait is twice the delay. */
export function waitMs({ backoffPolicy, backoffDelayMs }: RetryPolicy, n: number): number {
  return Math.min(backoffDelayMs * (backoffPolicy === 'linear' ? n : 2 ** n), LONGEST_WAIT_MS)
}
