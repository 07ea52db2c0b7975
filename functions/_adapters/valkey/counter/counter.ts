/**
 * Counts events into Valkey, each exactly once however often it comes.
 *
 * A batch goes as one call of lua/apply.lua, which applies all of it or nothing. Usually that is the end. If some of it
 * was counted before, or meets a key that holds something else, the script says which; those events are excluded and
 * the rest is sent again. Each round excludes at least one event, and a dedupeKey once seen stays, so this ends.
 */
import { createHash } from 'node:crypto'
import type { Change, EventCounter, Follower, OnCountResult } from '../../../_core/counting.ts'
import type { Event } from '../../../_core/event.ts'
import { BATCH_ITEMS } from '../../../_core/limits.ts'
import type { Clock, Outcome } from '../../../_core/ports.ts'
import type { EpochGuard } from '../epoch.ts'
import { APPLY_LUA } from '../lua/apply.embedded.ts'
import { changesIn, movesIn, readAnswer } from './answer.ts'
import { Batch, countingBy } from './batch.ts'

/** The calls this needs of a Valkey client. */
export interface ScriptClient {
  evalsha(sha1: string, keys: 0, argument: string): Promise<unknown>
  eval(script: string, keys: 0, argument: string): Promise<unknown>
}

export interface CounterOptions {
  /** Comes before every key. */
  readonly prefix?: string
  readonly onCountResult?: OnCountResult
  readonly follower?: Follower
  /** Tells how old an event is when it is counted; without one, events are counted at their own time. */
  readonly clock?: Clock
  /** Without one, whatever Valkey holds is taken for the data that belong to the log. */
  readonly epoch?: Pick<EpochGuard, 'current' | 'look'>
}

const APPLY_SHA1 = createHash('sha1').update(APPLY_LUA).digest('hex')

export function valkeyCounter(client: ScriptClient, options: CounterOptions = {}): EventCounter {
  const { prefix = '', onCountResult, follower, clock, epoch } = options
  const countingOf = countingBy(prefix)
  return {
    async apply(events) {
      const outcomes: Outcome[] = []
      for (let start = 0; start < events.length; start += BATCH_ITEMS) {
        const slice = events.slice(start, start + BATCH_ITEMS)
        for (const segment of segmentsOf(slice, follower)) {
          const batch = new Batch(segment.events, countingOf, prefix, {
            epoch: await epoch?.current(),
            countedMs: clock?.(),
          })
          const changes = await applyBatch(client, batch, { epoch, follow: segment.isFollowed })
          batch.eachResult((event, result, ...moved) => {
            onCountResult?.(event, result, ...moved)
            if (segment.isFollowed) follower?.followed(event, { result, changes, batch: slice.length })
          })
          outcomes.push(...batch.outcomes)
        }
      }
      return outcomes
    },
  }
}

interface Segment {
  readonly events: readonly Event[]
  readonly isFollowed: boolean
}

/** An event that is followed goes alone, in its place: the order of events stays, and each change is its own. */
function segmentsOf(events: readonly Event[], follower: Follower | undefined): readonly Segment[] {
  const followed =
    follower === undefined ? [] : [...events.keys()].filter((at) => wanted(events[at], follower))
  if (followed.length === 0) return [{ events, isFollowed: false }]
  const segments: Segment[] = []
  let from = 0
  for (const at of followed) {
    segments.push({ events: events.slice(from, at), isFollowed: false })
    segments.push({ events: events.slice(at, at + 1), isFollowed: true })
    from = at + 1
  }
  segments.push({ events: events.slice(from), isFollowed: false })
  return segments.filter((segment) => segment.events.length > 0)
}

const wanted = (event: Event | undefined, follower: Follower): boolean =>
  event !== undefined && follower.wants(event)

/** @returns what changed, when it was to follow */
async function applyBatch(
  client: ScriptClient,
  batch: Batch,
  { epoch, follow }: { readonly epoch: CounterOptions['epoch'] | undefined; readonly follow: boolean },
): Promise<readonly Change[]> {
  try {
    for (;;) {
      const changes = batch.gather().encode(follow)
      const answer = await run(client, changes)
      const refusal = readAnswer(answer)
      if (refusal === undefined) {
        batch.close(movesIn(answer))
        return follow ? changesIn(answer) : []
      }
      batch.excludeRejected(refusal)
    }
  } catch (error) {
    batch.abandon(error)
    if (isAnswer(error, 'EPOCH')) await epoch?.look().catch(() => {})
    return []
  }
}

/** Valkey forgets scripts when it restarts; EVAL makes it remember. */
async function run(client: ScriptClient, changes: string): Promise<unknown> {
  try {
    return await client.evalsha(APPLY_SHA1, 0, changes)
  } catch (error) {
    if (!isAnswer(error, 'NOSCRIPT')) throw error
    return await client.eval(APPLY_LUA, 0, changes)
  }
}

const isAnswer = (error: unknown, code: string): boolean =>
  error instanceof Error && error.message.startsWith(code)
