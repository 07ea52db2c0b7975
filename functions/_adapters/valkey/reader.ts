/**
 * What the counts say: one board for each domain, read by its figures. All of it is of one moment, except the rows of
 * breakdowns by an open set (a band's votes), whose labels have to be known first.
 */
import type { Domain } from '../../_core/domain.ts'
import { type Breakdown, type Figure, figuresOf, type Ranking, type Series } from '../../_core/figures.ts'
import { STATS_KEY } from '../../_core/keys.ts'
import { decimalOf } from '../../_core/money.ts'
import { type Answered, Asking, type ReadClient, scored } from './asking.ts'

export interface Ranked {
  member: string
  score: number
}
export interface BreakdownRow {
  label: string
  events: number
  /** By the name of the measure; exact. */
  sums: Record<string, string>
  /** Rounded half up to two places. */
  averages: Record<string, string | null>
}
export interface SeriesNow {
  startMs: number
  bucketSeconds: number
  counts: number[]
}
/** By figure id. */
export interface Board {
  domain: string
  asOfMs: number
  lastAppliedMs: number | null
  /** Of all runs. */
  counted: number
  duplicates: number
  perSecond: number
  totals: Record<string, number>
  breakdowns: Record<string, BreakdownRow[]>
  extremes: Record<string, string | null>
  rankings: Record<string, { size: number; top: Ranked[]; bottom: Ranked[] }>
  series: Record<string, SeriesNow>
}

export interface BoardOptions {
  /** Comes before every key. */
  readonly prefix: string
  readonly nowMs: number
  /** Best and worst of each ranking. */
  readonly top?: number
  /** Buckets of each series. */
  readonly points?: number
}

const TOP = 5
const POINTS = 60
/** Rows of a breakdown by an open set. */
const OPEN_ROWS = 20
/** Whole seconds that a rate is taken over. */
const RATE_SECONDS = 10

/** @throws Error when Valkey does not answer, or a key holds something else */
export async function readBoards(
  client: ReadClient,
  domains: readonly Domain[],
  options: BoardOptions,
): Promise<Board[]> {
  const asking = new Asking()
  const boards = askBoards(asking, domains, options)
  await asking.send(client)
  return boards(client)
}

/** For a reading that asks more than boards; its answer may be had once `asking` is sent. */
export function askBoards(asking: Asking, domains: readonly Domain[], options: BoardOptions) {
  const parts = domains.map((domain) => askBoard(asking, domain, options))
  return async (client: ReadClient): Promise<Board[]> => {
    const next = new Asking()
    const boards = parts.map((part) => part(next))
    await next.send(client)
    return boards.map((board) => board())
  }
}

/** Asks all of a board, and once that is answered what depends on it. */
function askBoard(asking: Asking, domain: Domain, options: BoardOptions) {
  const { prefix, nowMs } = options
  const figures = figuresOf(domain)
  const stats = asking.texts(
    ...['hmget', prefix + STATS_KEY, `counted:${domain.name}`, `duplicates:${domain.name}`],
    'last_applied_ms',
  )
  const parts = figures.map((figure) => askFigure(asking, figure, options))
  return (next: Asking): Answered<Board> => {
    const later = parts.map((part) => part(next))
    return () => {
      const [counted, duplicates, lastApplied] = stats()
      const board: Board = {
        domain: domain.name,
        asOfMs: nowMs,
        lastAppliedMs: lastApplied ? Number(lastApplied) : null,
        counted: Number(counted ?? 0),
        duplicates: Number(duplicates ?? 0),
        perSecond: 0,
        totals: {},
        breakdowns: {},
        extremes: {},
        rankings: {},
        series: {},
      }
      for (const part of later) part(board)
      board.perSecond = perSecond(Object.values(board.series))
      return board
    }
  }
}

type Put = (board: Board) => void

function askFigure(asking: Asking, figure: Figure, options: BoardOptions): (next: Asking) => Put {
  const { id } = figure
  const key = options.prefix + figure.key
  switch (figure.kind) {
    case 'total': {
      const total = asking.text('get', key)
      return () => (board) => {
        board.totals[id] = Number(total() ?? 0)
      }
    }
    case 'extreme': {
      const extreme = asking.text('get', key)
      return () => (board) => {
        board.extremes[id] = extreme()
      }
    }
    case 'breakdown':
      return askBreakdown(asking, figure, options.prefix)
    case 'ranking': {
      const ranking = askRanking(asking, figure, options)
      return () => (board) => {
        board.rankings[id] = ranking()
      }
    }
    case 'series': {
      const series = askSeries(asking, figure, options)
      return () => (board) => {
        board.series[id] = series()
      }
    }
    case 'history':
    case 'log':
      return () => () => {}
  }
}

function askRanking(asking: Asking, { key }: Ranking, { prefix, top = TOP }: BoardOptions) {
  const size = asking.ask('zcard', prefix + key)
  const range = (command: string) => asking.ask(command, prefix + key, '0', String(top - 1), 'WITHSCORES')
  const [best, worst] = [range('zrevrange'), range('zrange')]
  return () => ({ size: Number(size()), top: scored(best()), bottom: scored(worst()) })
}

function askBreakdown(asking: Asking, figure: Breakdown, prefix: string): (next: Asking) => Put {
  if (figure.isEnum) {
    const rows = askRows(asking, figure, figure.labels, prefix)
    return () => (board) => {
      board.breakdowns[figure.id] = rows()
    }
  }
  const { labelsFrom, key } = figure
  const labels =
    labelsFrom === undefined
      ? asking.ask('hscan', prefix + key, '0', 'COUNT', String(OPEN_ROWS))
      : asking.ask('zrevrange', prefix + labelsFrom, '0', String(OPEN_ROWS - 1))
  return (next) => {
    const reply = labels() as string[]
    const names = labelsFrom === undefined ? fieldsOf(reply[1]) : reply
    const rows = names.length === 0 ? () => [] : askRows(next, figure, names, prefix)
    return (board) => {
      board.breakdowns[figure.id] = rows()
    }
  }
}

/** Of HSCAN, which answers a small hash whole. */
const fieldsOf = (flat: unknown): string[] =>
  (flat as string[]).filter((_, at) => at % 2 === 0).slice(0, OPEN_ROWS)

function askRows(asking: Asking, figure: Breakdown, labels: readonly string[], prefix: string) {
  const key = prefix + figure.key
  const isSumAlone = figure.measures.some((measure) => measure.key === figure.key)
  const events = figure.isKeyed
    ? asking.texts('mget', ...labels.map((label) => `${key}:${label}`))
    : isSumAlone
      ? () => []
      : asking.texts('hmget', key, ...labels)
  const columns = figure.measures.map(
    (measure) => [measure, asking.texts('hmget', prefix + measure.key, ...labels)] as const,
  )
  return (): BreakdownRow[] =>
    labels.map((label, at) => {
      const row: BreakdownRow = { label, events: Number(events()[at] ?? 0), sums: {}, averages: {} }
      for (const [{ name, unit }, column] of columns) {
        const sum = column()[at] ?? (unit === 'cents' ? '0.00' : '0')
        row.sums[name] = sum
        row.averages[name] = averageOf(sum, row.events)
      }
      return row
    })
}

/** Of an exact sum, integer or with two places. */
function averageOf(sum: string, events: number): string | null {
  if (events === 0) return null
  const cents = sum.includes('.') ? BigInt(sum.replace('.', '')) : BigInt(sum) * 100n
  const count = BigInt(events)
  return decimalOf((2n * cents + count) / (2n * count))
}

/** The buckets up to now, read field by field: the hash of an hour has thousands. */
function askSeries(asking: Asking, figure: Series, options: BoardOptions): Answered<SeriesNow> {
  const { prefix, nowMs, points = POINTS } = options
  const { key, bucketSeconds, spanSeconds } = figure
  const last = Math.floor(nowMs / 1000 / bucketSeconds) * bucketSeconds
  const starts = Array.from({ length: points }, (_, at) => last - (points - 1 - at) * bucketSeconds)
  const spans = Map.groupBy(starts, (start) => Math.floor(start / spanSeconds) * spanSeconds)
  const columns = [...spans].map(([span, fields]) =>
    asking.texts('hmget', `${prefix}${key}:${span}`, ...fields.map(String)),
  )
  return () => ({
    startMs: (starts[0] ?? last) * 1000,
    bucketSeconds,
    counts: columns.flatMap((column) => column().map((count) => Number(count ?? 0))),
  })
}

export async function readSeries(client: ReadClient, figure: Series, options: BoardOptions) {
  const asking = new Asking()
  const series = askSeries(asking, figure, options)
  await asking.send(client)
  return series()
}

export async function readRanking(client: ReadClient, figure: Ranking, options: BoardOptions) {
  const asking = new Asking()
  const ranking = askRanking(asking, figure, options)
  await asking.send(client)
  return ranking()
}

/** Events a second by the finest series, without the bucket that is not over. */
function perSecond(all: readonly SeriesNow[]): number {
  const finest = all.toSorted((one, other) => one.bucketSeconds - other.bucketSeconds)[0]
  if (finest === undefined) return 0
  const whole = finest.counts.slice(0, -1).slice(-Math.max(1, RATE_SECONDS / finest.bucketSeconds))
  const seconds = whole.length * finest.bucketSeconds
  return seconds === 0 ? 0 : whole.reduce((sum, count) => sum + count, 0) / seconds
}
