/** A batch on its way into Valkey: what became of each event so far, and what the next call is to change. */

import type { CountResult, OnCountResult } from '../../../_core/counting.ts'
import type { Domain } from '../../../_core/domain.ts'
import { compileEffects, type Effects } from '../../../_core/effects/compile.ts'
import type { Reading } from '../../../_core/effects/operation.ts'
import { fullScore, ranks } from '../../../_core/effects/rank.ts'
import { askedOf, refusedKey, transitionOf } from '../../../_core/effects/transition-data.ts'
import { EPOCH_KEY, type Epoch, generationsOf } from '../../../_core/epoch.ts'
import { asFailure, Failure } from '../../../_core/errors.ts'
import type { Event } from '../../../_core/event.ts'
import { keyReused } from '../../../_core/idempotency.ts'
import { type DedupeKey, dedupeKeyOf, refusalOf, STATS_KEY } from '../../../_core/keys.ts'
import { type Moved, REFUSED_ENTRIES, refusedMove } from '../../../_core/life.ts'
import { FOREIGN_IDENTITY_TTL_S, IDENTITY_CHUNK_BITS } from '../../../_core/limits.ts'
import type { Outcome } from '../../../_core/ports.ts'
import { fingerprintOf } from '../../fingerprint.ts'
import type { Illegal, Refusal } from './answer.ts'
import { BatchChanges } from './changes.ts'

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

/** An event without an outcome and without a result is still open. */
interface Item {
  readonly event: Event
  readonly counting: Counting
  readonly dedupeKey: DedupeKey
  readonly fingerprint: string | undefined
  reading?: Reading
  failure?: Failure
  result?: CountResult
  /** Refused by what happened before: it is written down for people, and may come again. */
  illegal?: Illegal
}

export class Batch {
  private readonly items: readonly Item[]
  private readonly statsKey: string
  private readonly prefix: string
  private moves: ReadonlyMap<string, Moved> = new Map()

  private readonly epoch: readonly [key: string, name: string] | undefined

  constructor(
    events: readonly Event[],
    countingOf: (domain: Domain) => Counting,
    prefix: string,
    {
      epoch,
      countedMs,
    }: { readonly epoch?: Epoch | undefined; readonly countedMs?: number | undefined } = {},
  ) {
    this.prefix = prefix
    this.statsKey = prefix + STATS_KEY
    this.epoch = epoch === undefined ? undefined : [prefix + EPOCH_KEY, epoch.name]
    const generations = generationsOf(epoch)
    this.items = events.map((event) => {
      const counting = countingOf(event.domain)
      const item: Item = {
        event,
        counting,
        dedupeKey: dedupeKeyOf(event.source, event.id, prefix, generations),
        fingerprint: fingerprintOf(event),
      }
      try {
        item.reading = counting.effects.read(event, countedMs)
      } catch (error) {
        item.failure = asFailure(error)
      }
      return item
    })
  }

  /** What the open events change; a second delivery of one of them only counts as a duplicate. */
  gather(): BatchChanges {
    const changes = new BatchChanges(this.statsKey, this.epoch)
    for (const item of this.items) {
      const { reading, failure, result, dedupeKey, fingerprint, counting } = item
      if (item.illegal !== undefined) this.noteRefusal(item, changes)
      if (failure !== undefined || reading === undefined) continue
      const isNew = result === undefined && changes.addKey(dedupeKey, fingerprint)
      if (isNew) counting.effects.add(reading, changes)
      else if (result === undefined && !changes.hasContent(dedupeKey, fingerprint)) continue
      changes.countFor(isNew ? counting.countedField : counting.duplicatesField)
    }
    return changes
  }

  /** Takes out what the script refused. @throws Error when that is nothing: the next round would be the same */
  excludeRejected(refusal: Refusal): void {
    let taken = 0
    let isJudgedAnew = false
    const firsts = new BatchChanges(this.statsKey)
    const failureIn = refusing(refusal)
    for (const item of this.items) {
      if (!isOpen(item)) continue
      const illegal = refusal.illegal.get(item.reading?.identity ?? '')
      const seen = refusal.seen(item.dedupeKey, item.fingerprint)
      if (seen === 'same') item.result = 'duplicate'
      else if (seen === 'other') item.failure = keyReused()
      // A second delivery in the batch changes nothing; it shares the fate of the first.
      else if (firsts.addKey(item.dedupeKey)) {
        const failure = failureIn?.(this.changesOf(item))
        if (illegal !== undefined && !isJudgedAnew) refuse(item, illegal)
        else if (illegal === undefined && failure !== undefined) item.failure = failure
      }
      // Unless that was refused, and is free to move now: then what comes after it was judged without it.
      else if (illegal !== undefined) isJudgedAnew = true
      if (!isOpen(item)) taken++
    }
    if (taken === 0) throw new Error('the script refused a batch for none of its events')
  }

  /** All open events are in Valkey; of those with the same identity the first was counted. */
  close(moves: ReadonlyMap<string, Moved>): void {
    this.moves = moves
    const changes = new BatchChanges(this.statsKey)
    for (const item of this.items) {
      if (!isOpen(item)) continue
      const { dedupeKey, fingerprint } = item
      if (changes.addKey(dedupeKey, fingerprint)) item.result = 'counted'
      else if (changes.hasContent(dedupeKey, fingerprint)) item.result = 'duplicate'
      else item.failure = keyReused()
    }
  }

  /** Nobody knows whether the open events are in Valkey, nor whether it is noted which were refused. */
  abandon(cause: unknown): void {
    const failure = unavailable(cause)
    for (const item of this.items) if (isOpen(item) || item.illegal !== undefined) item.failure = failure
  }

  get outcomes(): Outcome[] {
    return this.items.map(({ failure }) => failure)
  }

  eachResult(tell: OnCountResult): void {
    for (const { event, result, reading } of this.items) {
      if (result === undefined) continue
      const moved = result === 'counted' ? this.moves.get(reading?.identity ?? '') : undefined
      if (moved === undefined) tell(event, result)
      else tell(event, result, moved)
    }
  }

  private noteRefusal({ event, illegal, reading, dedupeKey }: Item, changes: BatchChanges): void {
    const effect = transitionOf(event.domain)
    if (effect === undefined || illegal === undefined) return
    // Followers ask what became of an event, however many were refused, and whether anybody knows its entity or not.
    const { key, field } = refusalOf(dedupeKey, this.prefix)
    changes.note(key, [field, ''], { most: IDENTITY_CHUNK_BITS, keepSeconds: FOREIGN_IDENTITY_TTL_S })
    // People can only ask about an entity that somebody knows.
    if (illegal.state === undefined) return
    const { event: evento, actor } = askedOf(effect, event)
    const { state: de, allowed: permitidos } = illegal
    changes.note(
      this.prefix + refusedKey(`${effect.key}:${event.value[effect.id]}`),
      [reading?.identity ?? '', JSON.stringify({ de, evento, actor, permitidos, time: event.time })],
      { most: REFUSED_ENTRIES, keepSeconds: effect.life.keepSeconds },
    )
  }

  private changesOf({ reading, counting, dedupeKey }: Item): BatchChanges {
    const alone = new BatchChanges(this.statsKey)
    alone.addKey(dedupeKey)
    if (reading !== undefined) counting.effects.add(reading, alone)
    return alone
  }
}

/** Why an event cannot be counted; each in turn has what is left of the room, and one that needs more never fits. */
function refusing({ wrong, full }: Refusal): ((changes: BatchChanges) => Failure | undefined) | undefined {
  if (wrong.size === 0 && full.length === 0) return undefined
  const rooms = full.map((member) => ({ ...member }))
  return (changes) => {
    const wrongKey = changes.touched().find((key) => wrong.has(key))
    if (wrongKey !== undefined) return unavailable(new Error(`${wrongKey} holds something else`))
    const amounts = rooms.map(({ key, member }) => changes.of(ranks).amountOf(key, member))
    const lacking = rooms.find(({ room }, at) => (amounts[at] ?? 0) > room)
    if (lacking !== undefined) return new Failure('invalid', fullScore(lacking.key, lacking.member))
    for (const [at, room] of rooms.entries()) room.room -= amounts[at] ?? 0
    return undefined
  }
}

function refuse(item: Item, illegal: Illegal): void {
  const effect = transitionOf(item.event.domain)
  const event = effect === undefined ? '' : askedOf(effect, item.event).event
  item.illegal = illegal
  item.failure = refusedMove(event, illegal.state, illegal.allowed)
}

const isOpen = ({ failure, result }: Item): boolean => failure === undefined && result === undefined

const unavailable = (cause: unknown): Failure => asFailure(cause, 'unavailable')
