/**
 * The rows of the log as they are shown, newest first, without a hole that is not seen. Rows of a domain are numbered
 * without holes: whatever is not in a frame, or was shed for this watcher, stands in the list as a gap that can be loaded.
 */
import type { EventPage, Row, Skipped } from '../../api.ts'

export type Item = { readonly kind: 'row'; readonly row: Row } | { readonly kind: 'gap'; readonly gap: Gap }

export interface Gap {
  readonly domain: string
  /** Rows that are missing, and how many of them can no longer be had. */
  readonly rows: number
  readonly lost: number
  /** For the query that loads them. */
  readonly after: string | undefined
  readonly before: string | undefined
  /** The number of the row above it. */
  readonly below: number
}

export interface Rows {
  readonly items: readonly Item[]
  /** The newest number of each domain. */
  readonly newest: ReadonlyMap<string, number>
}

/** Items kept; the oldest are let go. */
const KEPT = 10_000

export const noRows: Rows = { items: [], newest: new Map() }

export const keyOf = (item: Item): string =>
  item.kind === 'row' ? `${item.row.domain} ${item.row.number}` : `gap ${item.gap.domain} ${item.gap.below}`

/** A page of the API, which has no holes. */
export function rowsOfPage({ rows, kept }: Pick<EventPage, 'rows' | 'kept'>): Rows {
  const newest = new Map(Object.entries(kept).map(([domain, { total }]) => [domain, total]))
  for (const { domain, number } of rows) newest.set(domain, Math.max(newest.get(domain) ?? 0, number))
  return { items: rows.map((row) => ({ kind: 'row', row })), newest }
}

export interface News {
  /** Oldest first. */
  readonly rows: readonly Row[]
  readonly skipped: readonly Skipped[]
  readonly restarted: readonly string[]
  /** Where the frame before ended: what is missing without being said to be is after it. */
  readonly after: string | undefined
}

/** What a frame adds. Rows that are there already are not added again. */
export function withNews(before: Rows, { rows, skipped, restarted, after }: News): Rows {
  const newest = new Map(before.newest)
  for (const domain of restarted) newest.delete(domain)
  const fresh: Item[] = []
  for (const row of rows) {
    const last = newest.get(row.domain)
    if (last !== undefined && row.number <= last) continue
    const missing = last === undefined ? 0 : row.number - last - 1
    if (missing > 0) {
      const told = skipped.find(({ domain }) => domain === row.domain)
      fresh.push({ kind: 'gap', gap: gapOf(row, missing, told, after) })
    }
    fresh.push({ kind: 'row', row })
    newest.set(row.domain, row.number)
  }
  if (fresh.length === 0 && restarted.length === 0) return before
  return { items: [...fresh.reverse(), ...before.items].slice(0, KEPT), newest }
}

function gapOf(row: Row, rows: number, told: Skipped | undefined, after: string | undefined): Gap {
  const { domain, number: below } = row
  const lost = Math.min(told?.lost ?? 0, rows)
  return { domain, rows, lost, after: told?.after ?? after, before: told?.before, below }
}

/** The loaded rows, newest first, in the place of the gap; what of it could not be had stays as a smaller gap. */
export function withGapLoaded({ items, newest }: Rows, gap: Gap, loaded: readonly Row[]): Rows {
  const within = loaded.filter(
    ({ domain, number }) => domain === gap.domain && number < gap.below && number >= gap.below - gap.rows,
  )
  const missing = gap.rows - within.length
  const filled: Item[] = within.map((row) => ({ kind: 'row', row }))
  if (missing > 0) {
    filled.push({
      kind: 'gap',
      gap: { ...gap, rows: missing, lost: missing, below: gap.below - within.length },
    })
  }
  return {
    items: items.flatMap((item) => (item.kind === 'gap' && item.gap === gap ? filled : [item])),
    newest,
  }
}

/** An older page below. */
export function withOlder({ items, newest }: Rows, older: readonly Row[]): Rows {
  const known = new Set(items.map(keyOf))
  const added = older.map((row): Item => ({ kind: 'row', row })).filter((item) => !known.has(keyOf(item)))
  return { items: [...items, ...added], newest }
}

/** The server's own filter: part of any field, the id, the source or the receipt; letters of either case. */
export function matches(row: Row, domain: string, text: string): boolean {
  if (domain !== '' && row.domain !== domain) return false
  if (text === '') return true
  const sought = text.toLowerCase()
  return [row.receipt, ...Object.values(row.value)].some((part) => part.toLowerCase().includes(sought))
}
