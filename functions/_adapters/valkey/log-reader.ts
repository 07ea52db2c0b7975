/**
 * The streams of newest events. Each entry has a number: its place among all that were ever added, from 1 on, which
 * follows from the stream's own counter (XINFO STREAM, entries-added), since only its oldest are ever taken out. So what
 * somebody has not seen can be counted, also when it is gone.
 */
import type { Domain } from '../../_core/domain.ts'
import type { Answered, Asking } from './asking.ts'

export interface LogRow {
  domain: string
  number: number
  entry: string
  countedMs: number
  time: string
  source: string
  id: string
  receipt: string
  value: Record<string, string>
}

export interface LogTail {
  readonly domain: string
  /** Newest first. */
  readonly rows: readonly LogRow[]
  /** How many were ever added, and how many of them are kept. */
  readonly total: number
  readonly kept: number
  readonly oldestMs: number | null
}

/** An entry and its number: a place between what was seen and what was not. */
export interface LogPlace {
  readonly entry: string
  readonly number: number
}

/** The newest `count` entries older than `before` and newer than `after`. */
export interface LogRange {
  readonly before?: LogPlace | undefined
  readonly after?: LogPlace | undefined
  readonly count: number
}

export const logKeyOf = (domain: Domain): string | undefined =>
  domain.effects.find((effect) => effect.op === 'log')?.key

/** Undefined for a domain without a log. @param prefix comes before every key */
export function askLog(
  asking: Asking,
  domain: Domain,
  prefix: string,
  { before, after, count }: LogRange,
): Answered<LogTail> | undefined {
  const key = logKeyOf(domain)
  if (key === undefined) return undefined
  const from = before === undefined ? '+' : `(${before.entry}`
  const to = after === undefined ? '-' : `(${after.entry}`
  const length = asking.ask('xlen', prefix + key)
  const info = asking.ask('xinfo', 'stream', prefix + key)
  const entries = asking.ask('xrevrange', prefix + key, from, to, 'COUNT', String(count))
  return () => {
    const kept = Number(length())
    if (kept === 0) return { domain: domain.name, rows: [], total: 0, kept, oldestMs: null }
    const { total, oldest } = infoOf(info())
    const found = entries() as Entry[]
    const rows = found.map(([entry, fields]) => rowOf(domain.name, entry, fields))
    // A reading from somewhere else than the end has to know where that is.
    for (const [at, row] of rows.entries()) row.number = (before?.number ?? total + 1) - 1 - at
    return { domain: domain.name, rows, total, kept, oldestMs: msOfEntry(oldest) }
  }
}

type Entry = [entry: string, fields: string[]]

const msOfEntry = (entry: string): number => Number(entry.slice(0, entry.indexOf('-')))

/** A flat list of names and values, some of them lists. */
function infoOf(reply: unknown) {
  const flat = reply as unknown[]
  const of = (name: string): unknown => flat[flat.indexOf(name) + 1]
  const [oldest] = of('first-entry') as Entry
  return { total: Number(of('entries-added')), oldest }
}

/** The event's own attributes are the last three, whatever they are called beside its content (effects/log.ts). */
const ATTRIBUTES = 3

function rowOf(domain: string, entry: string, fields: readonly string[]): LogRow {
  const value: Record<string, string> = {}
  const contentEnd = fields.length - 2 * ATTRIBUTES
  for (let at = 0; at < contentEnd; at += 2) value[fields[at] ?? ''] = fields[at + 1] ?? ''
  const [, id = '', , source = '', , time = ''] = fields.slice(contentEnd)
  const receipt = `${source}#${id}`
  return { domain, number: 0, entry, countedMs: msOfEntry(entry), time, source, id, receipt, value }
}
