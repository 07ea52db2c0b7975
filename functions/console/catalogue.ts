/** What there is to show, told from the domains: each figure with the queries that give it elsewhere. */
import * as z from 'zod'
import { examplesFor, sentSchema } from '../_adapters/docs/schemas.ts'
import { hasLives } from '../_adapters/valkey/lives.ts'
import type { Domain, Field } from '../_core/domain.ts'
import { centsKey } from '../_core/effects/hashes.ts'
import { type Figure as CoreFigure, figuresOf } from '../_core/figures.ts'
import { COUNTERS } from '../_core/metrics.ts'
import { type Addresses, httpQuery, valkeyQuery } from './addresses.ts'
import type { Catalogue, DomainInfo, FieldInfo, Figure, Query } from './api.ts'
import { STALE_MS, TICK_MS } from './limits.ts'

export interface CatalogueOptions {
  readonly addresses: Addresses
  readonly grafanaUrl: string | null
}

export function catalogueOf(
  domains: readonly Domain[],
  { addresses, grafanaUrl }: CatalogueOptions,
): Catalogue {
  const infos = domains.map((domain) => domainInfo(domain, addresses))
  return { domains: infos, tickMs: TICK_MS, staleMs: STALE_MS, grafanaUrl }
}

function domainInfo(domain: Domain, addresses: Addresses): DomainInfo {
  return {
    name: domain.name,
    title: domain.title,
    words: domain.words === undefined ? null : structuredClone(domain.words),
    type: domain.type,
    topic: domain.topic,
    keyField: domain.key,
    fields: domain.fields.map(fieldInfo),
    figures: figuresOf(domain).map((figure) => shown(domain, figure, addresses)),
    hasLives: hasLives(domain),
    schema: { ...sentSchema(domain) },
    examples: examplesFor(domain, 'http').map(({ sent }) => ({ ...sent })),
  }
}

function fieldInfo({ name, schema, labels }: Field): FieldInfo {
  const { type, minimum, maximum, maxLength } = z.toJSONSchema(schema, { io: 'output' })
  const kind = type === 'integer' || type === 'number' ? type : 'text'
  return {
    name,
    type: labels === undefined ? kind : 'enum',
    ...(labels !== undefined && { labels: [...labels] }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(maxLength !== undefined && { maxLength }),
  }
}

function shown(domain: Domain, figure: CoreFigure, addresses: Addresses): Figure {
  const { id } = figure
  const key = addresses.prefix + figure.key
  const queries = queriesOf(domain, figure, addresses)
  switch (figure.kind) {
    case 'total':
      return { kind: figure.kind, id, key, queries }
    case 'extreme':
      return { kind: figure.kind, id, key, queries, which: figure.which, of: figure.of }
    case 'breakdown': {
      const { kind, by, isEnum, measures } = figure
      return { kind, id, key, queries, by, isEnum, measures: measures.map((measure) => ({ ...measure })) }
    }
    case 'ranking': {
      const { kind, member, by, group } = figure
      return { kind, id, key, queries, member: [...member], by, group }
    }
    case 'history': {
      const { kind, of, per, keep } = figure
      return { kind, id, key, queries, of, per: [...per], keep }
    }
    case 'series': {
      const { kind, bucketSeconds, keepSeconds } = figure
      return { kind, id, key, queries, bucketSeconds, keepSeconds }
    }
    case 'log':
      return { kind: figure.kind, id, key, queries, keep: figure.keep }
  }
}

function queriesOf({ name }: Domain, figure: CoreFigure, addresses: Addresses): Query[] {
  const key = addresses.prefix + figure.key
  const board = `/api/boards/${name}`
  // Of all labels together: metrics have no label for what clients choose.
  const counted: Query = {
    tool: 'promql',
    text: `sum(increase(${COUNTERS.counted.name}{domain="${name}"}[1h]))`,
  }
  const of = (...command: string[]): Query => valkeyQuery(addresses, ...command)
  switch (figure.kind) {
    case 'total':
      return [of('GET', key), httpQuery(addresses, board), counted]
    case 'extreme':
      return [of('GET', key), httpQuery(addresses, board)]
    case 'breakdown': {
      const { isKeyed, labels, measures } = figure
      const events = isKeyed ? of('MGET', ...labels.map((label) => `${key}:${label}`)) : of('HGETALL', key)
      const sums = measures.flatMap((measure) => {
        const sum = addresses.prefix + measure.key
        return [of('HGETALL', sum), ...(measure.unit === 'cents' ? [of('HGETALL', centsKey(sum))] : [])]
      })
      return [events, ...sums, httpQuery(addresses, board), ...(isKeyed ? [counted] : [])]
    }
    case 'ranking':
      return [
        of('ZREVRANGE', key, '0', '9', 'WITHSCORES'),
        of('ZRANGE', key, '0', '9', 'WITHSCORES'),
        httpQuery(addresses, `${board}/rankings/${figure.id}?order=top&limit=10`),
      ]
    case 'history': {
      const parameters = figure.per.map((field) => `${field}={${field}}`).join('&')
      const member = [key, ...figure.per.map((field) => `{${field}}`)].join(':')
      return [
        of('ZRANGE', member, '0', '-1', 'WITHSCORES'),
        httpQuery(addresses, `${board}/histories/${figure.id}?${parameters}`),
      ]
    }
    case 'series':
      return [of('HGETALL', `${key}:{span}`), httpQuery(addresses, `${board}/series/${figure.id}`)]
    case 'log':
      return [
        of('XREVRANGE', key, '+', '-', 'COUNT', '10'),
        httpQuery(addresses, `/api/events?domain=${name}&limit=10`),
      ]
  }
}
