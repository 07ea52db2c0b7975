/**
 * The contract of the console: every route, its query parameters, every answer and every frame of the live stream.
 * Pages import the types from here (`import type`), the handler checks and documents itself with the schemas.
 *
 * Times are milliseconds since the epoch and end in `Ms`; amounts that must be exact to the cent are decimal texts.
 * Errors are RFC 9457 problem details, as at every endpoint of the system.
 */
import * as z from 'zod'
import { LIMITS } from './limits.ts'

export * from './api/events.ts'
export * from './api/figures.ts'
export * from './api/live.ts'
export * from './api/lives.ts'
export * from './api/send.ts'
export * from './api/system.ts'
export { LIMITS } from './limits.ts'

/** All are GET but `send`; `:name` is a part of the path. */
export const ROUTES = {
  /** {@link Catalogue}: what there is to show, and how each figure is asked for. Never changes while a console lives. */
  catalogue: '/api/catalogue',
  /** {@link Board} of one domain, as of now. */
  board: '/api/boards/:domain',
  /** {@link Ranking}: the best or worst of a ranking figure, as many as asked for. Query: {@link rankingQuery}. */
  ranking: '/api/boards/:domain/rankings/:figure',
  /** {@link History} of the newest prices of something. Query: {@link historyQuery}. */
  history: '/api/boards/:domain/histories/:figure',
  /** {@link SeriesAnswer}. Query: {@link seriesQuery}. */
  series: '/api/boards/:domain/series/:figure',
  /** {@link Lives} of a domain: how many are in each state, and who is stuck. */
  lives: '/api/lives/:domain',
  /** {@link Life} of one entity, for domains with such; also at the path that its domain names (`/things/{id}`). */
  life: '/api/lives/:domain/:id',
  /** {@link EventPage}: the log, newest first. Query: {@link eventsQuery}. */
  events: '/api/events',
  /** {@link Journey} of one event. Query: {@link journeyQuery}; a receipt has `/` and `#` in it. */
  journey: '/api/journey',
  /** {@link JourneyPage}: the newest events that were followed. */
  journeys: '/api/journeys',
  /** {@link DeadLetterPage}, newest first. Query: {@link deadLettersQuery}. */
  deadLetters: '/api/dead-letters',
  /** {@link Pipeline} */
  pipeline: '/api/pipeline',
  /** {@link Proof} */
  proof: '/api/proof',
  /** Server-sent events: see {@link LiveFrame}. Query: {@link liveQuery}. */
  live: '/api/live',
  /** {@link SendTargets}: through which endpoints the form may send; GET. */
  targets: '/api/send',
  /** POST {@link SendRequest} as application/json, answered with {@link SendAnswer}. */
  send: '/api/send',
} as const

/** A time in milliseconds since the epoch, or an RFC 3339 text: `?at=` of every link that is sent. */
const at = z.union([z.coerce.number().int().nonnegative(), z.iso.datetime({ offset: true })]).optional()
const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual)

export const rankingQuery = z.object({
  order: z.enum(['top', 'bottom']).default('top'),
  limit: limit(LIMITS.rankingItems, 10),
})
/** The fields that `per` of the figure names, as `key=label` or `key=value`: `?categoria=ropa&producto_id=P1`. */
export const historyQuery = z.looseObject({})
export const seriesQuery = z.object({
  /** The end of the stretch; now when it is not there. */
  at,
  /** How many buckets up to then. */
  points: limit(LIMITS.seriesPoints, LIMITS.framePoints),
})
export const eventsQuery = z.object({
  /** Of one domain; of all when it is not there. */
  domain: z.string().optional(),
  /** Only what was counted at or before this. */
  at,
  /** Only what was counted at or after this. */
  since: at,
  /** Part of any field, the id, the source or the receipt; letters of either case. */
  text: z.string().max(LIMITS.filterChars).optional(),
  /** Exactly this receipt: `<source>#<id>`. */
  receipt: z.string().optional(),
  /** The `next` of the page before: older events. */
  before: z.string().optional(),
  /** A cursor: newer events than that, for "load them". With `before`: what is between. */
  after: z.string().optional(),
  limit: limit(LIMITS.events, 100),
})
export const journeyQuery = z.object({ receipt: z.string().min(3) })
export const journeysQuery = z.object({ limit: limit(LIMITS.journeys, 20) })
export const deadLettersQuery = z.object({
  domain: z.string().optional(),
  /** The `next` of the page before: older ones. */
  before: z.string().optional(),
  limit: limit(LIMITS.deadLetters, 50),
})
export const liveQuery = z.object({
  /** A cursor, as `Last-Event-ID` is: a new EventSource sends none, so a page that opens one anew says it here. */
  after: z.string().optional(),
})
