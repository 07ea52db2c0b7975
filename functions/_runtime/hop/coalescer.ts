/**
 * Group commit: what arrives while a send is in flight goes out together in the next one. An idle hop adds no latency,
 * and a batch grows by itself under load.
 *
 * Callers that wait for their answers ask again once they have them. If the next send left at once, it would carry only
 * those that had waited meanwhile, and two halves would take turns for ever. So after a send that answered several
 * callers the hop gathers: until as many are there as there were, but no longer than that send took. That costs less
 * than it brings, also in latency: each caller waits for one send instead of two. A batch that is full waits for
 * nothing: several of them may be in flight.
 *
 * States: `idle` (nothing queued) → `scheduled` (a send starts when the event loop has read every socket that is ready)
 * → `sending` (arrivals queue up) → `gathering` → `scheduled` or `idle`. `closed` takes nothing new and
 * drains at once.
 *
 * Every item gets exactly one outcome, its own: that of its send, `busy` when the queue is full, `unavailable` when it
 * waited too long, when the send failed as a whole, or when the hop is closing.
 */
import { Failure } from '../../_core/errors.ts'
import {
  BATCH_BYTES,
  BATCH_ITEMS,
  FULL_BATCHES_IN_FLIGHT,
  GATHER_MS,
  QUEUE_BYTES,
  QUEUE_ITEMS,
  QUEUE_WAIT_MS,
} from '../../_core/limits.ts'
import type { Clock, Outcome, Sink } from '../../_core/ports.ts'
import { type LaneOf, Lanes } from './lanes.ts'
import { outcomesOf } from './retry.ts'

export interface CoalescerOptions<T> {
  readonly send: Sink<T>
  /** Bytes an item stands for in the bounds; an estimate will do. */
  readonly sizeOf: (item: T) => number
  readonly clock: Clock
  readonly batchItems?: number
  readonly batchBytes?: number
  readonly queueItems?: number
  readonly queueBytes?: number
  readonly queueWaitMs?: number
  readonly onBatch?: (items: number) => void
  /** What must stay in order (see lanes.ts); left out: nothing. */
  readonly laneOf?: LaneOf<T>
}

/** The items of one submit call; they may go out in several sends. */
interface Group {
  readonly outcomes: Outcome[]
  readonly since: number
  open: number
  readonly settle: (outcomes: readonly Outcome[]) => void
}

interface Entry<T> {
  readonly item: T
  readonly bytes: number
  readonly group: Group
  readonly index: number
}

/**
 * @example
 * const hop = new Coalescer({ send: kafka.append, sizeOf: () => 200, clock: Date.now })
 * const [failure] = await hop.submit([event]) // undefined: Kafka has it
 * await hop.close()
 */
export class Coalescer<T> {
  readonly #options: Required<Omit<CoalescerOptions<T>, 'onBatch' | 'laneOf'>> &
    Pick<CoalescerOptions<T>, 'onBatch'>
  readonly #lanes: Lanes<T> | undefined
  #queue: Entry<T>[] = []
  #queuedBytes = 0
  #queuedCallers = 0
  #sending = 0
  #scheduled = false
  #expiry: NodeJS.Timeout | undefined
  #gathering: { readonly callers: number; readonly timer: NodeJS.Timeout } | undefined
  #closed = false
  #drained: (() => void)[] = []

  constructor({ laneOf, ...options }: CoalescerOptions<T>) {
    this.#lanes = laneOf && new Lanes(laneOf)
    this.#options = {
      batchItems: BATCH_ITEMS,
      batchBytes: BATCH_BYTES,
      queueItems: QUEUE_ITEMS,
      queueBytes: QUEUE_BYTES,
      queueWaitMs: QUEUE_WAIT_MS,
      ...options,
    }
  }

  /** Items waiting for a send. */
  get depth(): number {
    return this.#queue.length
  }

  readonly submit: Sink<T> = (items) =>
    new Promise((settle) => {
      const group: Group = {
        outcomes: new Array(items.length).fill(undefined),
        since: this.#options.clock(),
        open: items.length,
        settle,
      }
      if (items.length === 0) settle([])
      for (const [index, item] of items.entries()) this.#enqueue(item, group, index)
      this.#schedule()
    })

  /** Takes nothing new and resolves when every item has its outcome. */
  close(): Promise<void> {
    this.#closed = true
    this.#schedule()
    return new Promise((resolve) => {
      this.#drained.push(resolve)
      this.#announceDrained()
    })
  }

  #enqueue(item: T, group: Group, index: number): void {
    const { queueItems, queueBytes, sizeOf } = this.#options
    const bytes = sizeOf(item)
    if (this.#closed) {
      settleOne(group, index, new Failure('unavailable', 'shutting down'))
    } else if (this.#queue.length >= queueItems || this.#queuedBytes + bytes > queueBytes) {
      settleOne(group, index, new Failure('busy', 'the queue is full'))
    } else {
      if (this.#queue.at(-1)?.group !== group) this.#queuedCallers++
      this.#queue.push({ item, bytes, group, index })
      this.#queuedBytes += bytes
      this.#expiry ??= this.#expireIn(this.#options.queueWaitMs)
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0 || !this.#mayStart()) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#sendNext()
    })
  }

  #mayStart(): boolean {
    if (this.#queue.length >= this.#options.batchItems) return this.#sending < FULL_BATCHES_IN_FLIGHT
    return this.#sending === 0 && this.#hasGathered()
  }

  async #sendNext(): Promise<void> {
    const batch = this.#take()
    // Nothing is left, or all that is waits for a send in flight, which then starts the next.
    if (batch.length === 0) return this.#announceDrained()
    const items = batch.map((entry) => entry.item)
    const leaveLanes = this.#lanes?.occupy(items)
    this.#sending++
    this.#schedule()
    this.#options.onBatch?.(batch.length)
    const start = performance.now()
    const outcomes = await outcomesOf(this.#options.send, items)
    leaveLanes?.()
    this.#failBehind(batch, outcomes)
    this.#gather(callersOf(batch), performance.now() - start)
    for (const [index, entry] of batch.entries()) settleOne(entry.group, entry.index, outcomes[index])
    this.#sending--
    this.#schedule()
    this.#announceDrained()
  }

  /** After a send for `answered` callers that took `ms`. */
  #gather(answered: number, ms: number): void {
    if (answered < 2) return
    // Of several sends in flight the last one's time counts.
    clearTimeout(this.#gathering?.timer)
    const end = (): void => {
      this.#gathering = undefined
      this.#schedule()
    }
    const timer = setTimeout(end, Math.min(ms, GATHER_MS))
    this.#gathering = { callers: answered + this.#queuedCallers, timer }
  }

  #hasGathered(): boolean {
    if (this.#gathering === undefined) return true
    if (this.#queuedCallers < this.#gathering.callers && !this.#closed) return false
    clearTimeout(this.#gathering.timer)
    this.#gathering = undefined
    return true
  }

  /** The head of the queue within the bounds of a batch, without what waits for its turn. */
  #take(): Entry<T>[] {
    const { batchItems, batchBytes } = this.#options
    const mayLeave = this.#lanes?.picker()
    const taken = new Set<Entry<T>>()
    let passed = 0
    let bytes = 0
    for (const entry of this.#queue) {
      if (taken.size >= batchItems || (taken.size > 0 && bytes + entry.bytes > batchBytes)) break
      passed++
      if (mayLeave?.(entry.item) === false) continue
      taken.add(entry)
      bytes += entry.bytes
    }
    if (taken.size === passed) return this.#dequeue(passed)
    const waiting = this.#dequeue(passed).filter((entry) => !taken.has(entry))
    this.#queue.unshift(...waiting)
    for (const entry of waiting) this.#queuedBytes += entry.bytes
    this.#queuedCallers = callersOf(this.#queue)
    return [...taken]
  }

  /** What one caller has behind something that failed in the same lane fails too: sent again, it is in order. */
  #failBehind(batch: readonly Entry<T>[], outcomes: readonly Outcome[]): void {
    const isBehind = this.#lanes?.behind(
      batch.flatMap(({ item, group }, index) => {
        const failure = outcomes[index]
        return failure?.code === 'unavailable' ? [{ item, group, failure }] : []
      }),
    )
    if (isBehind === undefined) return
    const [kept, failed]: [Entry<T>[], [Entry<T>, Failure][]] = [[], []]
    for (const entry of this.#queue) {
      const failure = isBehind(entry)
      if (failure === undefined) kept.push(entry)
      else failed.push([entry, failure])
    }
    this.#queue = kept
    for (const [{ group, index, bytes }, failure] of failed) {
      this.#queuedBytes -= bytes
      settleOne(group, index, failure)
    }
    this.#queuedCallers = callersOf(kept)
  }

  /** One splice for all: shifting a long queue item by item would move it each time. */
  #dequeue(items: number): Entry<T>[] {
    const taken = this.#queue.splice(0, items)
    for (const entry of taken) this.#queuedBytes -= entry.bytes
    this.#queuedCallers = callersOf(this.#queue)
    return taken
  }

  #expireIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#expire(), ms).unref()
  }

  /** Answers what has waited too long, however long the sends before it take. The queue is in the order of arrival. */
  #expire(): void {
    const { queueWaitMs, clock } = this.#options
    const oldest = clock() - queueWaitMs
    const inTime = this.#queue.findIndex(({ group }) => group.since > oldest)
    for (const { group, index } of this.#dequeue(inTime < 0 ? this.#queue.length : inTime)) {
      settleOne(group, index, new Failure('unavailable', 'the next step is too slow'))
    }
    const next = this.#queue[0]
    this.#expiry = next && this.#expireIn(next.group.since - oldest)
    this.#announceDrained()
  }

  #announceDrained(): void {
    if (!this.#closed || this.#queue.length > 0 || this.#sending > 0) return
    for (const resolve of this.#drained.splice(0)) resolve()
  }
}

function settleOne(group: Group, index: number, outcome: Outcome): void {
  group.outcomes[index] = outcome
  if (--group.open === 0) group.settle(group.outcomes)
}

/** Submit calls among `entries`; the items of one are next to each other. */
function callersOf(entries: readonly Entry<unknown>[]): number {
  let callers = 0
  let last: Group | undefined
  for (const { group } of entries) {
    if (group !== last) callers++
    last = group
  }
  return callers
}
