/** A batch on its way into Valkey: what became of each event so far, and what the next call is to change. */
import type { OnVerdict, Verdict } from '../../_core/counting.ts'
import type { Domain } from '../../_core/domain.ts'
import { compileEffects, type Effects, type Reading } from '../../_core/effects.ts'
import { asFailure, type Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { type Mark, markOf, STATS_KEY } from '../../_core/keys.ts'
import type { Outcome } from '../../_core/ports.ts'
import type { Refusal } from './answer.ts'
import { Tally } from './tally.ts'

/** What is the same for all events of a domain, made at its first. */
export interface Counting {
  readonly effects: Effects
  readonly countedField: string
  readonly duplicatesField: string
}

export function countingBy(prefix: string): (domain: Domain) => Counting {
  const known = new Map<Domain, Counting>()
  return (domain) => {
    let counting = known.get(domain)
    if (counting === undefined) {
      counting = {
        effects: compileEffects(domain, prefix),
        countedField: `counted:${domain.name}`,
        duplicatesField: `duplicates:${domain.name}`,
      }
      known.set(domain, counting)
    }
    return counting
  }
}

/** An event without an outcome and without a verdict is still open. */
interface Item {
  readonly event: Event
  readonly counting: Counting
  readonly mark: Mark
  reading?: Reading
  failure?: Failure
  verdict?: Verdict
}

export class Batch {
  private readonly items: readonly Item[]
  private readonly statsKey: string

  constructor(events: readonly Event[], countingOf: (domain: Domain) => Counting, prefix: string) {
    this.statsKey = prefix + STATS_KEY
    this.items = events.map((event) => {
      const counting = countingOf(event.domain)
      const item: Item = { event, counting, mark: markOf(event.source, event.id, prefix) }
      try {
        item.reading = counting.effects.read(event)
      } catch (error) {
        item.failure = asFailure(error)
      }
      return item
    })
  }

  /** What the open events change; a second delivery of one of them only counts as a duplicate. */
  gather(): Tally {
    const tally = new Tally(this.statsKey)
    for (const { reading, failure, verdict, mark, counting } of this.items) {
      if (failure !== undefined || reading === undefined) continue
      const isNew = verdict === undefined && tally.mark(mark)
      if (isNew) counting.effects.add(reading, tally)
      tally.addToHash(this.statsKey, isNew ? counting.countedField : counting.duplicatesField, 1, false)
    }
    return tally
  }

  /** Takes out what the script refused. @throws Error when that is nothing: the next round would be the same */
  takeOut(refusal: Refusal): void {
    let taken = 0
    for (const item of this.items) {
      if (!isOpen(item)) continue
      const wrongKey = refusal.wrong.size > 0 ? this.wrongKeyOf(item, refusal.wrong) : undefined
      if (refusal.seen(item.mark)) item.verdict = 'duplicate'
      else if (wrongKey !== undefined)
        item.failure = unavailable(new Error(`${wrongKey} holds something else`))
      else continue
      taken++
    }
    if (taken === 0) throw new Error('the script refused a batch for none of its events')
  }

  /** All open events are in Valkey; of those with the same identity the first was counted. */
  close(): void {
    const marks = new Tally(this.statsKey)
    for (const item of this.items) {
      if (isOpen(item)) item.verdict = marks.mark(item.mark) ? 'counted' : 'duplicate'
    }
  }

  /** Nobody knows whether the open events are in Valkey. */
  abandon(cause: unknown): void {
    const failure = unavailable(cause)
    for (const item of this.items) if (isOpen(item)) item.failure = failure
  }

  get outcomes(): Outcome[] {
    return this.items.map(({ failure }) => failure)
  }

  eachVerdict(tell: OnVerdict): void {
    for (const { event, verdict } of this.items) if (verdict !== undefined) tell(event, verdict)
  }

  private wrongKeyOf({ reading, counting, mark }: Item, wrong: ReadonlySet<string>): string | undefined {
    const alone = new Tally(this.statsKey)
    alone.mark(mark)
    if (reading !== undefined) counting.effects.add(reading, alone)
    return alone.touched().find((key) => wrong.has(key))
  }
}

const isOpen = ({ failure, verdict }: Item): boolean => failure === undefined && verdict === undefined

const unavailable = (cause: unknown): Failure => asFailure(cause, 'unavailable')
