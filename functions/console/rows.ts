/**
 * The newest rows of every log, kept in memory while somebody watches, and what a watcher at some place has not seen of
 * them: as many rows as fit into a frame, and how many were left out. Numbers have no holes, so nothing is left out unsaid.
 */
import type { LogPlace, LogRow, LogTail } from '../_adapters/valkey/log-reader.ts'
import type { Skipped } from './api.ts'
import { LIMITS } from './limits.ts'
import { cursorOf, isNewer, type Places } from './places.ts'

interface Kept {
  /** Oldest first. */
  readonly rows: readonly LogRow[]
  readonly place: LogPlace
  /** The first number that is still in the log. */
  readonly oldest: number
}

/** What is new to somebody. */
export interface News {
  readonly rows: LogRow[]
  readonly skipped: Skipped[]
}

const START: LogPlace = { entry: '0-0', number: 0 }

export class Rows {
  readonly #kept: Map<string, Kept>

  constructor(kept: ReadonlyMap<string, Kept> = new Map()) {
    this.#kept = new Map(kept)
  }

  /** As it is now, whatever is taken later. */
  copy(): Rows {
    return new Rows(this.#kept)
  }

  get places(): Places {
    return new Map(Array.from(this.#kept, ([domain, { place }]) => [domain, place]))
  }

  /** Takes a reading of what came after {@link places}. @returns domains whose log began anew */
  take(tails: readonly LogTail[]): string[] {
    const restarted: string[] = []
    for (const tail of tails) {
      const before = this.#kept.get(tail.domain)
      const isAnew = before !== undefined && tail.total < before.place.number
      if (isAnew) restarted.push(tail.domain)
      const old = isAnew ? undefined : before
      const fresh = tail.rows.filter(({ number }) => number > (old?.place.number ?? 0)).reverse()
      const [first, last] = [fresh[0], fresh.at(-1)]
      // Without a hole in them, so that what is left out of a frame is one stretch of the log.
      const isNext = first === undefined || first.number === (old?.place.number ?? 0) + 1
      this.#kept.set(tail.domain, {
        rows: [...(isNext ? (old?.rows ?? []) : []), ...fresh].slice(-LIMITS.keptRows),
        place: last ?? old?.place ?? START,
        oldest: tail.total - tail.kept + 1,
      })
    }
    return restarted
  }

  /** @param limit rows of each domain */
  newsFor(places: Places, limit: number): News {
    const news: News = { rows: [], skipped: [] }
    for (const [domain, kept] of this.#kept) {
      const from = this.#placeIn(kept, places.get(domain) ?? START)
      const rows = kept.rows.filter(({ number }) => number > from.number).slice(-limit)
      const missing = kept.place.number - from.number - rows.length
      news.rows.push(...rows)
      if (missing > 0) news.skipped.push(skipped(domain, missing, kept, from, rows[0]))
    }
    news.rows.sort((one, other) => one.countedMs - other.countedMs || one.number - other.number)
    return news
  }

  /** What somebody sees who has seen nothing: the newest, and nothing is missed. */
  newest(limit: number): News {
    const rows = [...this.#kept.values()].flatMap((kept) => kept.rows.slice(-limit))
    return { rows: rows.sort((one, other) => one.countedMs - other.countedMs), skipped: [] }
  }

  /** Where the log of a domain began anew since, everything in it is new. */
  #placeIn(kept: Kept, place: LogPlace): LogPlace {
    return place.number > kept.place.number || isNewer(place.entry, kept.place.entry) ? START : place
  }
}

function skipped(
  domain: string,
  rows: number,
  { oldest, place }: Kept,
  from: LogPlace,
  first: LogRow | undefined,
): Skipped {
  const before = first ?? { entry: place.entry, number: place.number + 1 }
  return {
    domain,
    rows,
    after: cursorOf(new Map([[domain, from]])),
    before: cursorOf(new Map([[domain, before]])),
    lost: Math.min(rows, Math.max(0, oldest - 1 - from.number)),
  }
}
