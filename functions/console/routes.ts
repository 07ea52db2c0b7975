/** The query API: every figure, the log and the state, as of now or as of then. */
import type { Context, Hono } from 'hono'
import { hasLives } from '../_adapters/valkey/lives.ts'
import { Failure } from '../_core/errors.ts'
import type { Addresses } from './addresses.ts'
import { domainOf, figureOf, msOfAt, parametersOf, shared } from './answering.ts'
import type { Catalogue, Pipeline, Proof } from './api.ts'
import {
  deadLettersQuery,
  eventsQuery,
  historyQuery,
  journeyQuery,
  journeysQuery,
  ROUTES,
  rankingQuery,
  seriesQuery,
} from './api.ts'
import { deadLettersNow } from './dead-letters.ts'
import { historyOf, rankingNow, seriesAt } from './figures.ts'
import { journeyOf, journeysNow } from './journey.ts'
import { TICK_MS } from './limits.ts'
import type { Live } from './live.ts'
import { lifeNow, livesNow } from './lives.ts'
import { placesOf } from './places.ts'
import type { Source } from './reading.ts'
import { searchLog } from './search.ts'

export interface QueryPorts {
  readonly source: Source
  readonly live: Live
  readonly catalogue: Catalogue
  readonly addresses: Addresses
  readonly pipeline: () => Pipeline
  readonly proof: () => Proof
  /** Resolves when Kafka was asked not long ago, or does not answer. */
  readonly fresh: () => Promise<void>
}

export function addRoutes(app: Hono, ports: QueryPorts): void {
  const { source, live, catalogue, pipeline, proof, fresh } = ports
  const { domains, clock } = source
  const once = shared(TICK_MS, clock)
  /** Answers with what Valkey says; the same question within a tick is asked once. */
  const answer = async <T>(c: Context, ask: () => Promise<T>): Promise<Response> => {
    const { pathname, search } = new URL(c.req.url)
    return c.json(await once(pathname + search, () => ask().catch(unavailable)))
  }
  app.get(ROUTES.catalogue, (c) => c.json(catalogue))
  app.get(ROUTES.pipeline, async (c) => {
    await fresh()
    return c.json(pipeline())
  })
  app.get(ROUTES.proof, async (c) => {
    await fresh()
    return c.json(proof())
  })
  app.get(ROUTES.board, async (c) => {
    const { name } = domainOf(c, domains)
    return c.json((await live.boards()).find(({ domain }) => domain === name))
  })
  app.get(ROUTES.ranking, (c) => {
    const figure = figureOf(c, domainOf(c, domains), 'ranking')
    const wanted = parametersOf(c, rankingQuery)
    return answer(c, () => rankingNow(source, figure, wanted))
  })
  app.get(ROUTES.history, (c) => {
    const domain = domainOf(c, domains)
    const figure = figureOf(c, domain, 'history')
    const parameters = parametersOf(c, historyQuery)
    return answer(c, () => historyOf(source, domain, figure, parameters, ports.addresses))
  })
  app.get(ROUTES.series, (c) => {
    const figure = figureOf(c, domainOf(c, domains), 'series')
    const { at, points } = parametersOf(c, seriesQuery)
    return answer(c, () => seriesAt(source, figure, { atMs: msOfAt(at), points }))
  })
  app.get(ROUTES.journey, (c) => {
    const { receipt } = parametersOf(c, journeyQuery)
    const waiting = pipeline().steps.find(({ name }) => name === 'kafka')?.lag ?? null
    return answer(c, () => journeyOf(source, receipt, ports.addresses, waiting))
  })
  const domainWithLives = (c: Context) => {
    const domain = domainOf(c, domains)
    if (!hasLives(domain)) throw new Failure('notFound', `${domain.name} has no lives`)
    return domain
  }
  app.get(ROUTES.lives, (c) => {
    const domain = domainWithLives(c)
    return answer(c, () => livesNow(source, domain, ports.addresses))
  })
  app.get(ROUTES.life, (c) => {
    const domain = domainWithLives(c)
    return answer(c, () => lifeNow(source, domain, c.req.param('id') ?? ''))
  })
  for (const domain of domains) {
    if (domain.lookup === undefined) continue
    app.get(domain.lookup.path.replace('{id}', ':id'), (c) =>
      answer(c, () => lifeNow(source, domain, c.req.param('id') ?? '')),
    )
  }
  app.get(ROUTES.journeys, (c) => {
    const { limit } = parametersOf(c, journeysQuery)
    return answer(c, () => journeysNow(source, limit))
  })
  app.get(ROUTES.deadLetters, (c) => {
    const wanted = parametersOf(c, deadLettersQuery)
    return answer(c, () => deadLettersNow(source, wanted, ports.addresses, proof().topics))
  })
  app.get(ROUTES.events, (c) => {
    const { domain, at, since, text, receipt, before, after, limit } = parametersOf(c, eventsQuery)
    if (domain !== undefined && !domains.some(({ name }) => name === domain)) {
      throw new Failure('notFound', `no domain ${domain}`)
    }
    const search = {
      domain,
      atMs: msOfAt(at),
      sinceMs: msOfAt(since),
      text,
      receipt,
      before: before === undefined ? undefined : placesOf(before, 'before'),
      after: after === undefined ? undefined : placesOf(after, 'after'),
      limit,
    }
    return answer(c, () => searchLog(source, search))
  })
}

/** Valkey's own words stay in the cause. */
function unavailable(error: unknown): never {
  if (error instanceof Failure) throw error
  const failure = new Failure('unavailable', 'Valkey cannot be read')
  failure.cause = error
  throw failure
}
