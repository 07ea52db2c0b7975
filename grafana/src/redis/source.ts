/**
 * What Grafana's Redis data source (redis-datasource 2.2) makes of a query: the frame that a panel gets. A test runs
 * every panel through it, on a real Valkey. Its rules were read off that plugin's answers; `source.test.ts` has them as
 * a table.
 */
import type { RedisQuery } from './query.ts'

export interface Field {
  readonly name: string
  /** Times are milliseconds since the epoch. */
  readonly type: 'number' | 'string' | 'time'
  readonly values: readonly (number | string)[]
}

export interface Frame {
  readonly refId: string
  readonly fields: readonly Field[]
}

/** The one call this needs of a client that speaks RESP2, as the plugin does (ioredis has it). */
export interface RedisClient {
  call(command: string, ...args: (string | number)[]): Promise<unknown>
}

export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/** @throws what Valkey itself refuses; a command that the plugin does not know is answered with nothing, silently */
export async function ask(client: RedisClient, query: RedisQuery, range: TimeRange): Promise<Frame> {
  return { refId: query.refId, fields: await fieldsOf(client, query, range) }
}

async function fieldsOf(client: RedisClient, query: RedisQuery, range: TimeRange): Promise<Field[]> {
  const { command, keyName = '', field = '', count = 0 } = query
  const limit = count > 0 ? ['COUNT', count] : []
  const start = query.start || `${range.fromMs}-0`
  const end = query.end || `${range.toMs}-0`
  switch (command) {
    case 'get':
      return [column('Value', await client.call('GET', keyName))]
    case 'hget':
      return [column(field, await client.call('HGET', keyName, field))]
    case 'hmget': {
      const names = field.split(' ')
      const values = (await client.call('HMGET', keyName, ...names)) as unknown[]
      return names.map((name, at) => column(name, values[at] ?? null))
    }
    case 'hgetall':
      return pairColumns(await client.call('HGETALL', keyName))
    case 'zrange': {
      const how = query.zrangeQuery ? [query.zrangeQuery] : []
      const { min = '', max = '' } = query
      return pairColumns(await client.call('ZRANGE', keyName, min, max, ...how, 'WITHSCORES'))
    }
    case 'xrange':
      return streamColumns(await client.call('XRANGE', keyName, start, end, ...limit))
    case 'xrevrange':
      return streamColumns(await client.call('XREVRANGE', keyName, end, start, ...limit))
    case 'info':
      return infoColumns(String(await client.call('INFO', query.section ?? '')))
    default:
      return []
  }
}

/** The values of a variable whose query is a command line: what comes back, each as text. */
export async function variableValues(client: RedisClient, commandLine: string): Promise<string[]> {
  const [command = '', ...args] = commandLine.split(' ')
  const reply = await client.call(command, ...args)
  return Array.isArray(reply) ? reply.map(String) : [String(reply)]
}

/** As Go's ParseFloat reads a number: no spaces, and an empty text is none. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A number where the text is one; a key or field that is not there gives an empty text. */
function column(name: string, reply: unknown): Field {
  const text = reply === null ? '' : String(reply)
  return NUMBER.test(text)
    ? { name, type: 'number', values: [Number(text)] }
    : { name, type: 'string', values: [text] }
}

/** One row: a column for each name of a flat list of names and values. */
function pairColumns(reply: unknown): Field[] {
  const flat = Array.isArray(reply) ? reply : Object.entries(Object(reply)).flat()
  return flat.flatMap((name, at) => (at % 2 === 0 ? [column(String(name), flat[at + 1])] : []))
}

function infoColumns(text: string): Field[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [name = '', value] = line.split(':')
    return value === undefined ? [] : [column(name, value)]
  })
}

/**
 * A row for each entry. The first entry that has a field says whether its column is of numbers; where another entry
 * lacks it, or has no number there, the column has 0 or an empty text.
 */
function streamColumns(reply: unknown): Field[] {
  const entries = reply as [id: string, pairs: string[]][]
  const rows = entries.map(([, pairs]) => new Map(pairColumnsOfText(pairs)))
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))]
  const fields = names.map((name): Field => {
    const first = rows.find((row) => row.has(name))?.get(name) ?? ''
    const texts = rows.map((row) => row.get(name) ?? '')
    return NUMBER.test(first)
      ? { name, type: 'number', values: texts.map((text) => (NUMBER.test(text) ? Number(text) : 0)) }
      : { name, type: 'string', values: texts }
  })
  const ids = entries.map(([id]) => id)
  const times = ids.map((id) => Number(id.split('-')[0]))
  return [
    { name: '$streamId', type: 'string', values: ids },
    { name: '$time', type: 'time', values: times },
    ...fields,
  ]
}

const pairColumnsOfText = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, at): [string, string][] => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []))
