/** What the counts say so far, read from Valkey by each domain's effects. */
import type { Redis } from 'ioredis'
import type { Domain, Effect } from '../../../functions/_core/domain.ts'
import { STATS_KEY } from '../../../functions/_core/keys.ts'

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
  /** In the order of `sums`. */
  readonly totals: readonly number[]
}

const TOP = 5

type Rank = Extract<Effect, { op: 'rank' }>
type Count = Extract<Effect, { op: 'count' }>
type Sum = Extract<Effect, { op: 'sum' }>

/** @param prefix comes before every key */
export const readBoards = (valkey: Redis, domains: readonly Domain[], prefix: string): Promise<Board[]> =>
  Promise.all(domains.map((domain) => readBoard(valkey, domain, prefix)))

/** Events counted and deliveries that changed nothing, of all runs. */
async function readTotals(valkey: Redis, domain: Domain, prefix: string): Promise<[number, number]> {
  const fields = [`counted:${domain.name}`, `duplicates:${domain.name}`]
  const [counted, duplicates] = await valkey.hmget(prefix + STATS_KEY, ...fields)
  return [Number(counted ?? 0), Number(duplicates ?? 0)]
}

async function readBoard(valkey: Redis, domain: Domain, prefix: string): Promise<Board> {
  const ranks = domain.effects.filter((effect): effect is Rank => effect.op === 'rank' && !effect.per)
  const counts = domain.effects.filter(
    (effect): effect is Count => effect.op === 'count' && 'field' in effect,
  )
  const [[counted, duplicates], tops] = await Promise.all([
    readTotals(valkey, domain, prefix),
    Promise.all(ranks.map((rank) => readTop(valkey, rank, prefix))),
  ])
  const labelsOf = (field: string): readonly string[] => {
    const ranked = ranks.findIndex(({ member }) => member.length === 1 && member[0] === field)
    const members = tops[ranked]?.members.map(([member]) => member)
    return domain.fields.find(({ name }) => name === field)?.labels ?? members ?? []
  }
  const groups = counts.map((count) => readGroup(valkey, domain, count, labelsOf(count.field ?? ''), prefix))
  return { title: domain.title, counted, duplicates, tops, groups: await Promise.all(groups) }
}

async function readTop(valkey: Redis, { key, member, by }: Rank, prefix: string): Promise<Top> {
  const flat = await valkey.zrevrange(prefix + key, 0, TOP - 1, 'WITHSCORES')
  const members: [string, number][] = []
  for (let at = 0; at < flat.length; at += 2) members.push([flat[at] ?? '', Number(flat[at + 1])])
  return { what: `${member.join('/')} by ${by ?? 'events'}`, members }
}

async function readGroup(
  valkey: Redis,
  domain: Domain,
  count: Count,
  labels: readonly string[],
  prefix: string,
): Promise<Group> {
  const sums = domain.effects.filter(
    (effect): effect is Sum => effect.op === 'sum' && effect.field === count.field,
  )
  const keys = [count.key, ...sums.map(({ key }) => key)]
  const columns = await Promise.all(
    keys.map((key) => (labels.length === 0 ? [] : valkey.hmget(prefix + key, ...labels))),
  )
  const rows = labels.map((label, at) => {
    const [events = 0, ...totals] = columns.map((column) => Number(column[at] ?? 0))
    return { label, events, totals }
  })
  return {
    by: count.field ?? '',
    sums: sums.map(({ of, times }) => (times === undefined ? of : `${of} × ${times}`)),
    rows: rows.filter(({ events }) => events > 0),
  }
}
