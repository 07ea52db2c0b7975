/** Whether what was acknowledged is counted, each event once: by the score that Valkey has for each key of a pool. */
import type { Redis } from 'ioredis'
import { until } from '../lib/until.ts'
import type { Pool } from './events.ts'

const SETTLE_MS = 60_000
const POLL_MS = 20

/** How often each event of the pool was stored for certain, and how often nobody said. */
export interface Sent {
  readonly stored: readonly number[]
  readonly unknown: readonly number[]
}

/** What is wrong: `lost` (less is counted than was acknowledged) or `twice` (more than can have been stored). */
export type Miscount = 'lost' | 'twice'

export interface Counts {
  /**
   * Waits until all of it is counted. What comes too often later is found by the next call.
   *
   * @param sent since the last call
   */
  settle(sent: Sent): Promise<Miscount | undefined>
}

/**
 * @param prefix comes before every Valkey key
 * @param deadlineMs how long events may take to be counted
 */
export function countsOf(valkey: Redis, prefix: string, pool: Pool, deadlineMs = SETTLE_MS): Counts {
  const least = new Array<number>(pool.keys.length).fill(0)
  const most = new Array<number>(pool.keys.length).fill(0)
  const scores = async () => {
    const found = await valkey.zmscore(prefix + pool.rank.key, ...pool.keys)
    return found.map((score) => Number(score ?? 0))
  }
  return {
    settle: async ({ stored, unknown }) => {
      for (const [place, key] of pool.keyOf.entries()) {
        const score = pool.scoreOf[place] ?? 0
        const [certain = 0, possible = 0] = [stored[place], unknown[place]]
        least[key] = (least[key] ?? 0) + certain * score
        most[key] = (most[key] ?? 0) + (certain + possible) * score
      }
      let now: number[] = []
      const all = async () => {
        now = await scores()
        return now.every((score, key) => score >= (least[key] ?? 0))
      }
      if (!(await until(all, deadlineMs, POLL_MS))) {
        // Said once: what comes after is judged by itself.
        for (const [key, score] of now.entries()) least[key] = Math.min(least[key] ?? 0, score)
        return 'lost'
      }
      return now.every((score, key) => score <= (most[key] ?? 0)) ? undefined : 'twice'
    },
  }
}
