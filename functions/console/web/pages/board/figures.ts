/** Which panels a domain's figures make: nothing here knows a domain. */
import type { Board, DomainInfo, Figure } from '../../../api.ts'
import { sumOfDecimals } from '../../i18n/decimal.ts'

export type FigureOf<Kind extends Figure['kind']> = Extract<Figure, { kind: Kind }>

export function figuresOf<Kind extends Figure['kind']>(
  domain: DomainInfo,
  kind: Kind,
): readonly FigureOf<Kind>[] {
  return domain.figures.filter((figure): figure is FigureOf<Kind> => figure.kind === kind)
}

/** One for each field: a count by itself says nothing that the one with sums beside it does not, but its key is shown. */
export function breakdownsOf(domain: DomainInfo): readonly FigureOf<'breakdown'>[] {
  const all = figuresOf(domain, 'breakdown')
  const richest = (by: string) =>
    all.filter((one) => one.by === by).toSorted((one, other) => other.measures.length - one.measures.length)
  return [...new Set(all.map(({ by }) => by))].flatMap((by) => {
    const [first, ...others] = richest(by)
    return first === undefined
      ? []
      : [{ ...first, queries: [first, ...others].flatMap(({ queries }) => queries) }]
  })
}

/** Rankings of the same thing: of all events, and of each value of a field. */
export interface RankingFamily {
  readonly member: readonly string[]
  readonly by: string | null
  readonly figures: readonly FigureOf<'ranking'>[]
}

export function rankingFamilies(domain: DomainInfo): readonly RankingFamily[] {
  const families = new Map<string, FigureOf<'ranking'>[]>()
  for (const figure of figuresOf(domain, 'ranking')) {
    const name = JSON.stringify([figure.member, figure.by])
    families.set(name, [...(families.get(name) ?? []), figure])
  }
  return [...families.values()].map((figures) => ({
    member: figures[0]?.member ?? [],
    by: figures[0]?.by ?? null,
    figures: figures.toSorted((one, other) => Number(one.group !== null) - Number(other.group !== null)),
  }))
}

export interface MeasureSum {
  readonly figure: FigureOf<'breakdown'>
  readonly measure: FigureOf<'breakdown'>['measures'][number]
  readonly sum: string
  readonly events: number
}

/** The whole of each measure. Only where all labels are listed: the parts shown of others are not the whole. */
export function measureSums(domain: DomainInfo, board: Board): readonly MeasureSum[] {
  return figuresOf(domain, 'breakdown')
    .filter(({ isEnum }) => isEnum)
    .flatMap((figure) => {
      const rows = board.breakdowns[figure.id] ?? []
      const events = rows.reduce((total, row) => total + row.events, 0)
      return figure.measures.map((measure) => ({
        figure,
        measure,
        events,
        sum: sumOfDecimals(rows.map((row) => row.sums[measure.name] ?? '0')),
      }))
    })
}

export interface Window {
  readonly id: string
  readonly figure: FigureOf<'series'>
  readonly points: number
}

/** Buckets in a window: what can be told apart on a screen, and a whole stretch that people think in. */
const STRETCHES: Readonly<Record<number, readonly number[]>> = { 1: [120, 600], 60: [60, 1440] }
const USUAL = [120]

export function windowsOf(domain: DomainInfo): readonly Window[] {
  return figuresOf(domain, 'series')
    .toSorted((one, other) => one.bucketSeconds - other.bucketSeconds)
    .flatMap((figure) =>
      (STRETCHES[figure.bucketSeconds] ?? USUAL).map((points) => ({
        id: `${figure.id} ${points}`,
        figure,
        points,
      })),
    )
}
