/**
 * A query of the Redis data source as a dashboard holds it, and its builder for the Foundation SDK, which does not know
 * that plugin. Only commands that give typed columns are offered: no `cli` (one text column) and no streaming (broken
 * on Grafana 10 and later).
 */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'

export interface RedisQuery {
  readonly refId: string
  readonly type: 'command'
  readonly command: 'get' | 'hget' | 'hgetall' | 'hmget' | 'zrange' | 'xrange' | 'xrevrange' | 'info'
  /** Dashboard variables in it are replaced before it is sent. */
  readonly keyName?: string
  /** Of `hget` one field, of `hmget` several, with spaces between. */
  readonly field?: string
  /** Of `zrange`: ranks, as the command takes them. */
  readonly min?: string
  readonly max?: string
  /** Of `zrange`: an empty text, or `REV`. */
  readonly zrangeQuery?: string
  /** Of `xrange` and `xrevrange`: entry ids; left out they are those of the dashboard's time range. */
  readonly start?: string
  readonly end?: string
  /** Entries at most. */
  readonly count?: number
  /** Of `info`. */
  readonly section?: string
}

type Rest = Omit<RedisQuery, 'refId' | 'type'>

/** @example redis('A', { command: 'hgetall', keyName: 'stats:conteo' }) */
export function redis(refId: string, query: Rest): Builder<Dataquery> {
  const built: RedisQuery = { refId, type: 'command', ...query }
  return { build: () => ({ ...built, _implementsDataqueryVariant: () => {} }) }
}

/** The highest scores first. */
export const top = (refId: string, keyName: string, members: number): Builder<Dataquery> =>
  redis(refId, { command: 'zrange', keyName, min: '0', max: String(members - 1), zrangeQuery: 'REV' })

/** The lowest scores first. */
export const bottom = (refId: string, keyName: string, members: number): Builder<Dataquery> =>
  redis(refId, { command: 'zrange', keyName, min: '0', max: String(members - 1) })
