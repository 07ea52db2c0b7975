/** Figures that are asked for one by one: rankings of any length, price histories, series of any time. */
import { Asking, scored } from '../_adapters/valkey/asking.ts'
import { readRanking, readSeries } from '../_adapters/valkey/reader.ts'
import { keyWith } from '../_core/composed.ts'
import type { Domain } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'
import type { History as HistoryFigure, Ranking as RankingFigure, Series } from '../_core/figures.ts'
import { type Addresses, httpQuery, valkeyQuery } from './addresses.ts'
import type { History, Ranking, SeriesAnswer } from './api.ts'
import type { Source } from './reading.ts'

export async function rankingNow(
  { client, prefix, clock }: Source,
  figure: RankingFigure,
  { order, limit }: { readonly order: 'top' | 'bottom'; readonly limit: number },
): Promise<Ranking> {
  const nowMs = clock()
  const { size, top, bottom } = await readRanking(client, figure, { prefix, nowMs, top: limit })
  return { figure: figure.id, asOfMs: nowMs, order, size, items: order === 'top' ? top : bottom }
}

export async function seriesAt(
  { client, prefix, clock }: Source,
  figure: Series,
  { atMs, points }: { readonly atMs: number | null; readonly points: number },
): Promise<SeriesAnswer> {
  const nowMs = clock()
  const series = await readSeries(client, figure, { prefix, nowMs: atMs ?? nowMs, points })
  return { figure: figure.id, asOfMs: nowMs, atMs, keptSinceMs: nowMs - figure.keepSeconds * 1000, series }
}

/** @param parameters a value for each field that the history is kept by: a label where the field is an enum */
export async function historyOf(
  { client, prefix, clock }: Source,
  domain: Domain,
  figure: HistoryFigure,
  parameters: Readonly<Record<string, unknown>>,
  addresses: Addresses,
): Promise<History> {
  const values = figure.per.map((field) => labelOf(domain, field, parameters[field]))
  const key = keyWith(prefix + figure.key, values)
  const asking = new Asking()
  const newest = asking.ask('zrange', key, '0', String(figure.keep - 1), 'WITHSCORES')
  const nowMs = clock()
  await asking.send(client)
  const query = figure.per.map((field, at) => `${field}=${encodeURIComponent(values[at] ?? '')}`).join('&')
  return {
    figure: figure.id,
    asOfMs: nowMs,
    queries: [
      valkeyQuery(addresses, 'ZRANGE', key, '0', '-1', 'WITHSCORES'),
      httpQuery(addresses, `/api/boards/${domain.name}/histories/${figure.id}?${query}`),
    ],
    points: scored(newest()).map(({ member, score }) => {
      const colon = member.indexOf(':')
      return { timeMs: score, value: member.slice(0, colon), receipt: member.slice(colon + 1) }
    }),
  }
}

function labelOf(domain: Domain, field: string, given: unknown): string {
  const labels = domain.fields.find(({ name }) => name === field)?.labels
  if (typeof given !== 'string' || given === '') throw wrong(field, 'is required')
  if (labels !== undefined && !labels.includes(given))
    throw wrong(field, `is not one of ${labels.join(', ')}`)
  return given
}

const wrong = (field: string, detail: string): Failure =>
  new Failure('malformed', `${field} ${detail}`, [{ field, detail }])
