/** The narrow ports between the core and what is outside it. One shape serves every hop. */
import type { Failure } from './errors.ts'

/** Undefined: the hop did its part. */
export type Outcome = Failure | undefined

/** Takes a batch, answers one outcome for each item, in order. It never rejects for a bad item. */
export type Sink<T> = (items: readonly T[]) => Promise<readonly Outcome[]>

/** Milliseconds since the epoch. */
export type Clock = () => number

/** Undefined when ready, otherwise why not, for people. */
export type Readiness = () => string | undefined

/** Structured log lines: the fields first, then what happened. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
