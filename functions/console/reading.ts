/** One reading of Valkey: all boards, and what is new in the logs, of one moment. */
import { Asking, type ReadClient } from '../_adapters/valkey/asking.ts'
import { askLog, type LogTail } from '../_adapters/valkey/log-reader.ts'
import { askBoards } from '../_adapters/valkey/reader.ts'
import type { Domain } from '../_core/domain.ts'
import type { Clock } from '../_core/ports.ts'
import type { Board } from './api.ts'
import { LIMITS } from './limits.ts'
import type { Places } from './places.ts'

export interface Reading {
  readonly boards: Board[]
  readonly tails: readonly LogTail[]
}

/** @param places what was read before; of a log that was not, as much is read as is kept in memory */
export type Read = (places: Places) => Promise<Reading>

export interface Source {
  readonly client: ReadClient
  readonly domains: readonly Domain[]
  /** Comes before every key. */
  readonly prefix: string
  readonly clock: Clock
}

export const reader =
  ({ client, domains, prefix, clock }: Source): Read =>
  async (places) => {
    const asking = new Asking()
    const options = { prefix, nowMs: clock(), points: LIMITS.framePoints }
    const boards = askBoards(asking, domains, options)
    const tails = domains.map((domain) => {
      const after = places.get(domain.name)
      const count = after === undefined ? LIMITS.keptRows : LIMITS.frameRows
      return askLog(asking, domain, prefix, { after, count })
    })
    await asking.send(client)
    return {
      boards: await boards(client),
      tails: tails.flatMap((tail) => (tail === undefined ? [] : [tail()])),
    }
  }
