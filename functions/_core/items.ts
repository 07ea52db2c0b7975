/** Batches in which some items are already refused. */
import { Failure } from './errors.ts'
import type { Event } from './event.ts'
import type { Outcome, Sink } from './ports.ts'

/** Hands over the good items and answers for all, in order: a bad one never harms its neighbours. */
export async function submitItems(
  items: readonly (Event | Failure)[],
  submit: Sink<Event>,
): Promise<readonly Outcome[]> {
  const outcomes = await submit(items.filter((item): item is Event => !(item instanceof Failure)))
  let position = 0
  return items.map((item) => (item instanceof Failure ? item : outcomes[position++]))
}
