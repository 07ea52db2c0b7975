import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { RedisQuery } from './query.ts'
import { ask, variableValues } from './source.ts'

const prefix = `${randomUUID()}:`
const RANGE = { fromMs: 0, toMs: 4_102_444_800_000 }
let valkey: Redis
beforeAll(async () => {
  valkey = new Redis(inject('valkeyUrl'), { protocol: 2 })
  await valkey.set(`${prefix}precio`, '1999.5')
  await valkey.hset(`${prefix}ventas`, 'Ropa', '7', 'Hogar', '2.50', 'Belleza', 'mucha')
  await valkey.zadd(`${prefix}ranking`, 5, 'P1', 9, 'P2', 1, 'P3', 7, 'P4')
  await valkey.xadd(`${prefix}log`, '1764302400000-0', 'name', 'Café', 'rank', '3')
  await valkey.xadd(`${prefix}log`, '1764302401000-0', 'name', '311', 'rank', 'no', 'year', '1990')
})
afterAll(async () => {
  await valkey.del(...['precio', 'ventas', 'ranking', 'log'].map((key) => prefix + key))
  valkey.disconnect()
})

type Query = Omit<RedisQuery, 'refId' | 'type'>
const fieldsOf = async ({ keyName, ...query }: Query) => {
  const asked: RedisQuery = { refId: 'A', type: 'command', ...query, keyName: prefix + keyName }
  return (await ask(valkey, asked, RANGE)).fields.map(({ name, type, values }) => [name, type, ...values])
}

/** The answers of redis-datasource 2.2 to a Redis 7. */
const GOLDEN: [string, Query, (string | number)[][]][] = [
  ['get: a number', { command: 'get', keyName: 'precio' }, [['Value', 'number', 1999.5]]],
  ['get: a missing key is text', { command: 'get', keyName: 'none' }, [['Value', 'string', '']]],
  [
    'hget: a field by its name',
    { command: 'hget', keyName: 'ventas', field: 'Ropa' },
    [['Ropa', 'number', 7]],
  ],
  [
    'hget: a missing field is text',
    { command: 'hget', keyName: 'ventas', field: 'Otra' },
    [['Otra', 'string', '']],
  ],
  [
    'hmget: columns in the order that was asked for',
    { command: 'hmget', keyName: 'ventas', field: 'Hogar Ropa' },
    [
      ['Hogar', 'number', 2.5],
      ['Ropa', 'number', 7],
    ],
  ],
  [
    'hgetall: a column for each field, in their order',
    { command: 'hgetall', keyName: 'ventas' },
    [
      ['Ropa', 'number', 7],
      ['Hogar', 'number', 2.5],
      ['Belleza', 'string', 'mucha'],
    ],
  ],
  [
    'zrange REV: the top, a column for each member',
    { command: 'zrange', keyName: 'ranking', min: '0', max: '2', zrangeQuery: 'REV' },
    [
      ['P2', 'number', 9],
      ['P4', 'number', 7],
      ['P1', 'number', 5],
    ],
  ],
  [
    'zrange -1 -1: the highest alone',
    { command: 'zrange', keyName: 'ranking', min: '-1', max: '-1' },
    [['P2', 'number', 9]],
  ],
  ['zrange: a missing key has no fields', { command: 'zrange', keyName: 'none', min: '0', max: '2' }, []],
  [
    'xrange: id, time, and then each field of the entries',
    { command: 'xrange', keyName: 'log', start: '-', end: '+' },
    [
      ['$streamId', 'string', '1764302400000-0', '1764302401000-0'],
      ['$time', 'time', 1764302400000, 1764302401000],
      ['name', 'string', 'Café', '311'],
      ['rank', 'number', 3, 0],
      ['year', 'number', 0, 1990],
    ],
  ],
  [
    'xrevrange: the newest first, and it decides what is a number',
    { command: 'xrevrange', keyName: 'log' },
    [
      ['$streamId', 'string', '1764302401000-0', '1764302400000-0'],
      ['$time', 'time', 1764302401000, 1764302400000],
      ['name', 'number', 311, 0],
      ['rank', 'string', 'no', '3'],
      ['year', 'number', 1990, 0],
    ],
  ],
  [
    'xrange: count bounds the entries',
    { command: 'xrange', keyName: 'log', count: 1 },
    [
      ['$streamId', 'string', '1764302400000-0'],
      ['$time', 'time', 1764302400000],
      ['name', 'string', 'Café'],
      ['rank', 'number', 3],
    ],
  ],
  [
    'xrange: a missing key has no rows',
    { command: 'xrange', keyName: 'none', start: '-', end: '+' },
    [
      ['$streamId', 'string'],
      ['$time', 'time'],
    ],
  ],
]

describe('the Redis data source', () => {
  it.each(GOLDEN)('%s', async (_, query, expected) => {
    expect(await fieldsOf(query)).toEqual(expected)
  })

  it('an unknown command, or `key` for `keyName`, is answered with nothing that helps', async () => {
    const unknown = JSON.parse('{"refId":"A","type":"command","command":"zrevrange","keyName":"ranking"}')
    expect((await ask(valkey, unknown, RANGE)).fields).toEqual([])
    const misspelt = JSON.parse('{"refId":"A","type":"command","command":"get","key":"precio"}')
    expect((await ask(valkey, misspelt, RANGE)).fields).toEqual([
      { name: 'Value', type: 'string', values: [''] },
    ])
  })

  it('info: a column for each line', async () => {
    const query: RedisQuery = { refId: 'A', type: 'command', command: 'info', section: 'memory' }
    const { fields } = await ask(valkey, query, RANGE)
    expect(fields).toContainEqual({ name: 'used_memory', type: 'number', values: [expect.any(Number)] })
    expect(fields).toContainEqual({ name: 'maxmemory_policy', type: 'string', values: ['noeviction'] })
  })

  it('a variable takes each value of a reply', async () => {
    expect(await variableValues(valkey, `ZRANGE ${prefix}ranking 0 1 REV`)).toEqual(['P2', 'P4'])
  })
})
