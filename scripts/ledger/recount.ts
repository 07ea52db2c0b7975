/** Recounts a run plainly from the log, and compares the whole of it with what Valkey holds. */
import type { Domain } from '../../functions/_core/domain.ts'
import { effectOfKey, operationOf } from '../../functions/_core/effects/index.ts'
import type { Event } from '../../functions/_core/event.ts'
import { identityText } from '../../functions/_core/keys.ts'
import { memoryCounter } from '../../functions/_core/memory-counter.ts'
import { type Content, differences, type Snapshot } from '../../functions/_core/snapshot.ts'

const NONE: ReadonlySet<Event> = new Set()
const EXAMPLES = 3
const SHOWN_CHARS = 60

export interface Recount {
  /** @param uncounted those among them that Valkey did not count */
  add(events: readonly Event[], uncounted?: ReadonlySet<Event>): Promise<unknown>
  /** Of those that Valkey did not count, the ones that are not allowed where they stand in the log, by identity. */
  readonly illegal: ReadonlyMap<string, Event>
  /** Counted, though not allowed where they stand in the log: they came again later, and were judged anew. */
  readonly judgedAnew: number
  /**
   * A few of the keys that differ, and how many do.
   * @param nowMs when `after` was read, in milliseconds since the epoch: what is too old to be kept is not compared
   * @param byTime also what depends on the time of events; it cannot be told for events whose time is not in the log
   */
  compare(
    after: Snapshot,
    nowMs: number,
    byTime?: boolean,
  ): { readonly differences: string[]; readonly differenceCount: number }
}

/** @param before what Valkey held when the run began */
export function recountFrom(before: Snapshot, domains: readonly Domain[]): Recount {
  const model = memoryCounter(domains, { from: before })
  const effectOf = effectOfKey(domains)
  const isPast = (key: string, nowMs: number): boolean => {
    const effect = effectOf(key)
    return effect !== undefined && operationOf(effect).isPast?.(effect, key, nowMs) === true
  }
  const operationAt = (key: string) => {
    const effect = effectOf(key)
    return effect && operationOf(effect)
  }
  const illegal = new Map<string, Event>()
  // What was not allowed when it came first was counted later, when it came again.
  let early: readonly Event[] = []
  let judgedAnew = 0
  const add = async (events: readonly Event[], uncounted: ReadonlySet<Event> = NONE): Promise<void> => {
    const all = [...events, ...early]
    const outcomes = await model.apply(all)
    const refused = new Set(all.filter((_, at) => outcomes[at]?.code === 'illegal'))
    for (const event of events) {
      const identity = identityText(event.source, event.id)
      if (refused.has(event) && uncounted.has(event)) illegal.set(identity, event)
      else illegal.delete(identity)
      if (refused.has(event) && !uncounted.has(event)) judgedAnew++
    }
    early = all.filter((event) => refused.has(event) && !uncounted.has(event))
  }
  return {
    add,
    illegal,
    get judgedAnew() {
      return judgedAnew
    },
    compare: (after, nowMs, byTime = true) => {
      const expected = model.snapshot()
      // What expires and was not touched by the run may be gone by now.
      const expired = (key: string): boolean =>
        operationAt(key)?.expires === true &&
        after[key] === undefined &&
        sameContent(expected[key], before[key])
      const isCompared = (key: string): boolean =>
        (byTime || !operationAt(key)?.byTime) && !isPast(key, nowMs)
      const different = differences(expected, after).filter(({ key }) => isCompared(key) && !expired(key))
      const shown = different.slice(0, EXAMPLES).map(({ key, expected, actual }) => {
        const [wanted, held] = firstDifference(expected, actual)
        return `${key} is ${held}, not ${wanted}`
      })
      return { differences: shown, differenceCount: different.length }
    },
  }
}

/** Events that the domains' plain counters say were counted. */
export function countedIn(snapshot: Snapshot, domains: readonly Domain[]): number {
  let counted = 0
  for (const { effects } of domains) {
    const plain = effects.find((effect) => effect.op === 'count' && effect.field === undefined)
    const isOf = (key: string): boolean => key === plain?.key || key.startsWith(`${plain?.key}:`)
    for (const [key, content] of Object.entries(snapshot)) {
      if (isOf(key) && 'string' in content) counted += Number(content.string)
    }
  }
  return counted
}

const sameContent = (one: Content | undefined, other: Content | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Of two texts that may be long, from where they part. */
function firstDifference(one: Content | undefined, other: Content | undefined): [string, string] {
  const [first, second] = [one, other].map((content) => JSON.stringify(content) ?? 'missing') as [
    string,
    string,
  ]
  let at = 0
  while (at < first.length && first[at] === second[at]) at++
  const from = Math.max(0, at - SHOWN_CHARS / 2)
  return [first.slice(from, from + SHOWN_CHARS), second.slice(from, from + SHOWN_CHARS)]
}
