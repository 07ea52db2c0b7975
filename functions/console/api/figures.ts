/** What is shown of a domain: the catalogue says which figures there are, a board what they say now. */
import * as z from 'zod'

/** How to ask for the same figure elsewhere, ready to paste. */
export const Query = z.object({
  tool: z.enum(['valkey-cli', 'http', 'promql', 'kafka']),
  text: z.string(),
})

/** One of the values of a field: `categoria` = `ropa`. */
export const Group = z.object({ field: z.string(), label: z.string() })

const base = {
  /** Stable, unique in its domain, fit for a path: `ranking.ropa`. */
  id: z.string(),
  /** The Valkey key it is read from. */
  key: z.string(),
  queries: z.array(Query),
}
/** What is added up: the field, and the one it is multiplied with. `unit` is `cents` for money: values are decimals. */
export const Measure = z.object({
  /** The name in the `sums` and `averages` of a row. */
  name: z.string(),
  of: z.string(),
  times: z.string().optional(),
  unit: z.enum(['cents', 'count']),
  key: z.string(),
})

export const Figure = z.discriminatedUnion('kind', [
  /** A number of events. */
  z.object({ ...base, kind: z.literal('total') }),
  /** Events, sums and averages for each value of a field. `isEnum`: the labels are a closed set, all of them listed. */
  z.object({
    ...base,
    kind: z.literal('breakdown'),
    by: z.string(),
    isEnum: z.boolean(),
    measures: z.array(Measure),
  }),
  z.object({ ...base, kind: z.literal('extreme'), which: z.enum(['max', 'min']), of: z.string() }),
  /**
   * Members are the values of these fields, joined by `/` (in each but the last `/` is `%2F` and `%` is `%25`); they are
   * ranked by the sum of a field, or by events.
   */
  z.object({
    ...base,
    kind: z.literal('ranking'),
    member: z.array(z.string()),
    by: z.string().nullable(),
    group: Group.nullable(),
  }),
  /** The newest values of `of`, asked for by {@link History} with a value for each field of `per`. */
  z.object({
    ...base,
    kind: z.literal('history'),
    of: z.string(),
    per: z.array(z.string()),
    keep: z.number(),
  }),
  /** Events by time. */
  z.object({ ...base, kind: z.literal('series'), bucketSeconds: z.number(), keepSeconds: z.number() }),
  /** The stream that the newest events are in. */
  z.object({ ...base, kind: z.literal('log'), keep: z.number() }),
])

export const FieldInfo = z.object({
  name: z.string(),
  type: z.enum(['text', 'number', 'integer', 'enum']),
  /** Of an enum: the name of each number, the first being the unknown. */
  labels: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  maxLength: z.number().optional(),
})

/** In one language: many events of the domain, and the names of fields, labels and measures; others are as on the wire. */
const Words = z.object({ title: z.string(), names: z.record(z.string(), z.string()) })

export const DomainInfo = z.object({
  name: z.string(),
  title: z.string(),
  words: z.object({ en: Words, es: Words }).nullable(),
  type: z.string(),
  topic: z.string(),
  keyField: z.string(),
  fields: z.array(FieldInfo),
  figures: z.array(Figure),
  /** Its things move through states: see `/api/lives/:domain`. */
  hasLives: z.boolean(),
  /** JSON Schema (2020-12) of what a client may send, and examples of it. */
  schema: z.record(z.string(), z.unknown()),
  examples: z.array(z.record(z.string(), z.unknown())),
})

export const Catalogue = z.object({
  domains: z.array(DomainInfo),
  /** Milliseconds between two readings while somebody watches. */
  tickMs: z.number(),
  /** A figure older than this is stale. */
  staleMs: z.number(),
  /** Grafana, when it is known where it is. */
  grafanaUrl: z.string().nullable(),
})

export const Ranked = z.object({ member: z.string(), score: z.number() })
export const BreakdownRow = z.object({
  label: z.string(),
  events: z.number(),
  /** By the name of a measure: decimals for money, integers else, exact. */
  sums: z.record(z.string(), z.string()),
  /** sum / events, rounded half up to two places; null without events. */
  averages: z.record(z.string(), z.string().nullable()),
})
const RankingNow = z.object({ size: z.number(), top: z.array(Ranked), bottom: z.array(Ranked) })
/** Events in each bucket; the first starts at `startMs`, the last is the one that is not over. */
const SeriesNow = z.object({ startMs: z.number(), bucketSeconds: z.number(), counts: z.array(z.number()) })

/** By figure id; a figure of a history or log has no value here. */
export const Board = z.object({
  domain: z.string(),
  /** When Valkey was read for it: the age of every figure in it, which are of one reading. */
  asOfMs: z.number(),
  /** When anything was last counted, of any domain; null when nothing ever was. */
  lastAppliedMs: z.number().nullable(),
  counted: z.number(),
  duplicates: z.number(),
  /** Events counted per second, over the last ten whole seconds of the series. */
  perSecond: z.number(),
  totals: z.record(z.string(), z.number()),
  breakdowns: z.record(z.string(), z.array(BreakdownRow)),
  extremes: z.record(z.string(), z.string().nullable()),
  rankings: z.record(z.string(), RankingNow),
  series: z.record(z.string(), SeriesNow),
})

export const Ranking = z.object({
  figure: z.string(),
  asOfMs: z.number(),
  order: z.enum(['top', 'bottom']),
  /** Members there are. */
  size: z.number(),
  items: z.array(Ranked),
})
/** Newest last. */
export const History = z.object({
  figure: z.string(),
  asOfMs: z.number(),
  queries: z.array(Query),
  points: z.array(z.object({ timeMs: z.number(), value: z.string(), receipt: z.string() })),
})
export const SeriesAnswer = z.object({
  figure: z.string(),
  asOfMs: z.number(),
  /** Null: up to now. */
  atMs: z.number().nullable(),
  /** Earlier buckets are forgotten. */
  keptSinceMs: z.number(),
  series: SeriesNow,
})

export type Query = z.infer<typeof Query>
export type Group = z.infer<typeof Group>
export type Measure = z.infer<typeof Measure>
export type Figure = z.infer<typeof Figure>
export type FieldInfo = z.infer<typeof FieldInfo>
export type DomainInfo = z.infer<typeof DomainInfo>
export type Catalogue = z.infer<typeof Catalogue>
export type Ranked = z.infer<typeof Ranked>
export type BreakdownRow = z.infer<typeof BreakdownRow>
export type RankingNow = z.infer<typeof RankingNow>
export type SeriesNow = z.infer<typeof SeriesNow>
export type Board = z.infer<typeof Board>
export type Ranking = z.infer<typeof Ranking>
export type History = z.infer<typeof History>
export type SeriesAnswer = z.infer<typeof SeriesAnswer>
