/**
 * The log as it is asked for: newest first, of one domain or of all, at a time, by text or by receipt. Streams know only
 * their order, so what is looked for is looked at: in slices from the newest on, no more than the log keeps.
 */
import { Asking } from '../_adapters/valkey/asking.ts'
import { askLog, type LogPlace, type LogRow, type LogTail, logKeyOf } from '../_adapters/valkey/log-reader.ts'
import type { Domain } from '../_core/domain.ts'
import type { EventPage } from './api.ts'
import { cursorOf, isNewer, type Places } from './places.ts'
import type { Source } from './reading.ts'

export interface Search {
  readonly domain: string | undefined
  readonly atMs: number | null
  readonly sinceMs: number | null
  readonly text: string | undefined
  readonly receipt: string | undefined
  readonly before: Places | undefined
  readonly after: Places | undefined
  readonly limit: number
}

/** Rows read at a time. */
const SLICE = 500

interface Found {
  readonly domain: string
  readonly rows: readonly LogRow[]
  /** Where the search stopped; undefined at the end of the log, or of what was asked for. */
  readonly next: LogPlace | undefined
  readonly scanned: number
  readonly tail: LogTail
}

export async function searchLog(source: Source, search: Search): Promise<EventPage> {
  const asOfMs = source.clock()
  const logged = source.domains.filter((domain) => logKeyOf(domain) !== undefined)
  const wanted = logged.filter(({ name }) => search.domain === undefined || name === search.domain)
  const found = await Promise.all(wanted.map((domain) => searchOne(source, domain, search)))
  const rows = found
    .flatMap((one) => one.rows)
    .sort((one, other) => (isNewer(one.entry, other.entry) ? -1 : 1))
    .slice(0, search.limit)
  const next = new Map<string, LogPlace>()
  let isMore = false
  for (const one of found) {
    const left = one.rows.filter((row) => !rows.includes(row))
    const lastShown = one.rows.filter((row) => rows.includes(row)).at(-1)
    if (left.length > 0 || one.next !== undefined) isMore = true
    const place = left.length > 0 ? (lastShown ?? above(one.rows[0], search, one.domain)) : one.next
    next.set(one.domain, place ?? END)
  }
  return {
    asOfMs,
    atMs: search.atMs,
    rows,
    next: isMore ? cursorOf(next) : null,
    cursor: cursorOf(new Map(found.map((one) => [one.domain, newestOf(one)]))),
    scanned: found.reduce((sum, { scanned }) => sum + scanned, 0),
    kept: Object.fromEntries(
      found.map(({ domain, tail: { kept, total, oldestMs } }) => [domain, { rows: kept, total, oldestMs }]),
    ),
  }
}

/** Nothing is older. */
const END: LogPlace = { entry: '0-0', number: 0 }

/** Where the next page of a domain begins of which this one shows nothing: just above its first row. */
const above = (first: LogRow | undefined, { before }: Search, domain: string): LogPlace | undefined =>
  before?.get(domain) ?? (first && { entry: nextEntry(first.entry), number: first.number + 1 })

const nextEntry = (entry: string): string => {
  const dash = entry.indexOf('-')
  return `${entry.slice(0, dash)}-${Number(entry.slice(dash + 1)) + 1}`
}

const newestOf = ({ tail: { rows } }: Found): LogPlace => (rows[0] === undefined ? END : placeOf(rows[0]))

async function searchOne(source: Source, domain: Domain, search: Search): Promise<Found> {
  const matches = matcherOf(search)
  const after = search.after?.get(domain.name)
  let before = search.before?.get(domain.name)
  const isPast = before !== undefined && before.number <= END.number
  if (isPast) {
    return {
      domain: domain.name,
      rows: [],
      next: undefined,
      scanned: 0,
      tail: await readSlice(source, domain, { count: 1 }),
    }
  }
  const isPlain = search.text === undefined && search.receipt === undefined && search.atMs === null
  const count = isPlain ? search.limit : SLICE
  let tail: LogTail | undefined
  const rows: LogRow[] = []
  let scanned = 0
  for (;;) {
    const slice = await readSlice(source, domain, { before, after, count })
    tail ??= slice
    for (const row of slice.rows) {
      scanned++
      before = row
      if (search.sinceMs !== null && row.countedMs < search.sinceMs) return end(undefined)
      if (matches(row) && rows.push(row) === search.limit) return end(placeOf(row))
    }
    if (slice.rows.length < count) return end(undefined)
  }

  function end(next: LogPlace | undefined): Found {
    return { domain: domain.name, rows, next, scanned, tail: tail as LogTail }
  }
}

const placeOf = ({ entry, number }: LogRow): LogPlace => ({ entry, number })

async function readSlice(
  { client, prefix }: Source,
  domain: Domain,
  range: Parameters<typeof askLog>[3],
): Promise<LogTail> {
  const asking = new Asking()
  const tail = askLog(asking, domain, prefix, range)
  await asking.send(client)
  if (tail === undefined) throw new Error(`${domain.name} has no log`)
  return tail()
}

function matcherOf({ atMs, text, receipt }: Search): (row: LogRow) => boolean {
  const wanted = text?.toLowerCase()
  return (row) => {
    if (atMs !== null && row.countedMs > atMs) return false
    if (receipt !== undefined && row.receipt !== receipt) return false
    return (
      wanted === undefined ||
      row.receipt.toLowerCase().includes(wanted) ||
      Object.values(row.value).some((value) => value.toLowerCase().includes(wanted))
    )
  }
}
