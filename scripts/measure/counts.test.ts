import { Redis } from 'ioredis'
import { afterAll, expect, inject, it } from 'vitest'
import { domains } from '../../functions/_core/domains/index.ts'
import { countsOf, type Miscount } from './counts.ts'
import { poolOf } from './events.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const pool = poolOf(domain, { seed: 1, mark: 'count', bytes: 100 })
const valkey = new Redis(inject('valkeyUrl'))
afterAll(() => valkey.disconnect())

const events = (sent: Readonly<Record<number, number>>) => pool.events.map((_, place) => sent[place] ?? 0)
let tests = 0

it.each<[string, number, number, number, Miscount | undefined]>([
  ['what was stored, once', 2, 0, 2, undefined],
  ['one less', 2, 0, 1, 'lost'],
  ['one more', 2, 0, 3, 'twice'],
  ['the one of which nobody knows', 2, 1, 3, undefined],
  ['not the one of which nobody knows', 2, 1, 2, undefined],
  ['one more than may be', 2, 1, 4, 'twice'],
  ['nothing of nothing', 0, 0, 0, undefined],
])('counted: %s (stored %d, unknown %d, counted %d)', async (_, stored, unknown, counted, expected) => {
  const prefix = `counts-${process.pid}-${tests++}:`
  const counts = countsOf(valkey, prefix, pool, 100)
  const key = pool.keys[pool.keyOf[7] ?? 0] ?? ''
  await valkey.zincrby(prefix + pool.rank.key, counted * (pool.scoreOf[7] ?? 0), key)
  expect(await counts.settle({ stored: events({ 7: stored }), unknown: events({ 7: unknown }) })).toBe(
    expected,
  )
})

it('one that is lost and one that is counted twice do not make up for each other', async () => {
  const prefix = `counts-${process.pid}-mixed:`
  const counts = countsOf(valkey, prefix, pool, 100)
  const [one, other] = pool.keys
  const places = [one, other].map((key) => pool.keyOf.findIndex((at) => pool.keys[at] === key))
  const [first = 0, second = 0] = places
  await valkey.zincrby(prefix + pool.rank.key, 2 * (pool.scoreOf[second] ?? 0), other ?? '')
  const stored = events({ [first]: 1, [second]: 1 })
  expect(await counts.settle({ stored, unknown: events({}) })).toBe('lost')
})

it('events are the same for the same seed, as long as asked, and of keys that no others have', () => {
  const made = (seed: number, mark: string) => poolOf(domain, { seed, mark, bytes: 100 }).events
  expect(made(1, 'a')).toEqual(made(1, 'a'))
  expect(made(1, 'a')).not.toEqual(made(2, 'a'))
  expect(new Set(made(1, 'a').map((event) => JSON.stringify(event).length))).toEqual(new Set([100]))
  expect(made(1, 'a').every((event) => String(event[domain.key]).startsWith('a-'))).toBe(true)
})
