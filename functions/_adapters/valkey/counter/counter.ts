/**
 * Counts events into Valkey, each exactly once however often it comes.
 *
 * A batch goes as one call of lua/apply.lua, which applies all of it or nothing. Usually that is the end. If some of it
 * was counted before, or meets a key that holds something else, the script says which; those events are excluded and
 * the rest is sent again. Each round excludes at least one event, and a dedupeKey once seen stays, so this ends.
 */
import { createHash } from 'node:crypto'
import type { EventCounter, OnCountResult } from '../../../_core/counting.ts'
import { BATCH_ITEMS } from '../../../_core/limits.ts'
import type { Outcome } from '../../../_core/ports.ts'
import { APPLY_LUA } from '../lua/apply.embedded.ts'
import { readAnswer } from './answer.ts'
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
}

const APPLY_SHA1 = createHash('sha1').update(APPLY_LUA).digest('hex')

export function valkeyCounter(client: ScriptClient, options: CounterOptions = {}): EventCounter {
  const { prefix = '', onCountResult } = options
  const countingOf = countingBy(prefix)
  return {
    async apply(events) {
      const outcomes: Outcome[] = []
      for (let start = 0; start < events.length; start += BATCH_ITEMS) {
        const batch = new Batch(events.slice(start, start + BATCH_ITEMS), countingOf, prefix)
        await applyBatch(client, batch)
        if (onCountResult !== undefined) batch.eachResult(onCountResult)
        outcomes.push(...batch.outcomes)
      }
      return outcomes
    },
  }
}

async function applyBatch(client: ScriptClient, batch: Batch): Promise<void> {
  try {
    for (;;) {
      const changes = batch.gather().encode()
      const refusal = readAnswer(await run(client, changes))
      if (refusal === undefined) return batch.close()
      batch.excludeRejected(refusal)
    }
  } catch (error) {
    batch.abandon(error)
  }
}

/** Valkey forgets scripts when it restarts; EVAL makes it remember. */
async function run(client: ScriptClient, changes: string): Promise<unknown> {
  try {
    return await client.evalsha(APPLY_SHA1, 0, changes)
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error
    return await client.eval(APPLY_LUA, 0, changes)
  }
}
