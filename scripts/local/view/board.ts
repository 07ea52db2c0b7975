/** The counts so far as the live view tells them: best first, totals and averages by the values of a field. */
import type { Redis } from 'ioredis'
import { type Board as Counts, readBoards as readCounts } from '../../../functions/_adapters/valkey/reader.ts'
import { decompose } from '../../../functions/_core/composed.ts'
import type { Domain } from '../../../functions/_core/domain.ts'
import { figuresOf } from '../../../functions/_core/figures.ts'

export interface Board {
  readonly title: string
  /** Of all runs. */
  readonly counted: number
  readonly duplicates: number
  readonly tops: readonly Top[]
  readonly groups: readonly Group[]
}

interface Top {
  /** The fields of a member, and what ranks it. */
  readonly what: string
  readonly members: readonly (readonly [member: string, score: number])[]
}

/** Totals and averages by the values of a field. */
interface Group {
  readonly by: string
  readonly sums: readonly string[]
  readonly rows: readonly GroupRow[]
}

interface GroupRow {
  readonly label: string
  readonly events: number
  /** In the order of `sums`; exact. */
  readonly totals: readonly Intl.StringNumericLiteral[]
}

const TOP = 5

/** @param prefix comes before every key */
export async function readBoards(
  valkey: Redis,
  domains: readonly Domain[],
  prefix: string,
): Promise<Board[]> {
  const boards = await readCounts(valkey, domains, { prefix, nowMs: Date.now(), top: TOP })
  return domains.flatMap((domain) => {
    const counts = boards.find((board) => board.domain === domain.name)
    return counts === undefined ? [] : [boardOf(domain, counts)]
  })
}

function boardOf(domain: Domain, counts: Counts): Board {
  const tops: Top[] = []
  const groups: Group[] = []
  for (const figure of figuresOf(domain)) {
    if (figure.kind === 'ranking' && figure.group === null) {
      const members = counts.rankings[figure.id]?.top ?? []
      const what = `${figure.member.join(' / ')} by ${figure.by ?? 'events'}`
      const named = (member: string): string => decompose(member, '/', figure.member.length).join(' / ')
      tops.push({ what, members: members.map(({ member, score }) => [named(member), score]) })
    }
    if (figure.kind === 'breakdown' && !figure.isKeyed) {
      const sums = figure.measures.map(({ name }) => name)
      const rows = (counts.breakdowns[figure.id] ?? []).filter(({ events }) => events > 0).slice(0, TOP)
      groups.push({
        by: figure.by,
        sums,
        rows: rows.map(({ label, events, sums: values }) => ({
          label,
          events,
          totals: sums.map((name) => (values[name] ?? '0') as Intl.StringNumericLiteral),
        })),
      })
    }
  }
  return { title: domain.title, counted: counts.counted, duplicates: counts.duplicates, tops, groups }
}
