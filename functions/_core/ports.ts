/** The narrow ports between the core and what is outside it. One shape serves every hop. */
import { Failure } from './errors.ts'
import type { Event } from './event.ts'

/** Undefined: the hop did its part. */
export type Outcome = Failure | undefined

/** Takes a batch, answers one outcome for each item, in order. It never rejects for a bad item. */
export type Sink<T> = (items: readonly T[]) => Promise<readonly Outcome[]>

/** Milliseconds since the epoch. */
export type Clock = () => number

/** Undefined when ready, otherwise why not, for people. */
export type Readiness = () => string | undefined

/** The same, asked of whoever has to know; it never rejects. */
export type HealthCheck = () => Promise<string | undefined>

/** Structured log lines: the fields first, then what happened. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export const isEvent = (item: Event | Failure): item is Event => !(item instanceof Failure)

/** Hands over the good items and answers for all, in order: a bad one never harms its neighbours. */
export async function submitItems(
  items: readonly (Event | Failure)[],
  submit: Sink<Event>,
): Promise<readonly Outcome[]> {
  const outcomes = await submit(items.filter(isEvent))
  let position = 0
  return items.map((item) => (item instanceof Failure ? item : outcomes[position++]))
}
