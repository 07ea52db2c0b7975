import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, it } from 'vitest'
import { valkeyCounter } from '../../functions/_adapters/valkey/counter/counter.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import type { Event } from '../../functions/_core/event.ts'
import { dedupeKeyOf } from '../../functions/_core/keys.ts'
import { IDENTITY_CHUNK_BITS } from '../../functions/_core/limits.ts'
import { countedStates, DedupeKeySet, dedupeKeysNow } from './dedupe-keys.ts'

const valkey = new Redis(inject('valkeyUrl'))
afterAll(() => valkey.disconnect())
const prefix = `[${randomUUID()}]*:`

const NUMBERED = '/ingest/0123456789ab'
const PLAIN = '/apis/v1/namespaces/n/kafkasources/s#t'
const BEFORE = [
  [NUMBERED, '1'],
  [NUMBERED, String(IDENTITY_CHUNK_BITS + 9)],
  [PLAIN, 'partition:0/offset:4'],
  ['/idempotency/t', 'key # 1'],
]
const SINCE = [
  [NUMBERED, '2'],
  ['/bridge/0123456789ab', '1'],
  [PLAIN, 'partition:0/offset:5'],
  ['/idempotency/t', 'key # 2'],
]
const NEVER = [
  [NUMBERED, '3'],
  ['/publisher/0123456789ab', '1'],
  ['/idempotency/t', 'key # 3'],
]

const dedupeKeysOf = (identities: string[][]) =>
  identities.map(([source = '', id = '']) => dedupeKeyOf(source, id, prefix))

async function count(identities: string[][]): Promise<void> {
  const [domain] = domains
  const value = domain?.examples[0]?.stored
  if (domain === undefined || value === undefined) throw new Error('no domain')
  const time = new Date().toISOString()
  const events = identities.map(([source = '', id = '']): Event => ({ source, id, time, domain, value }))
  expect(await valkeyCounter(valkey, { prefix }).apply(events)).toEqual(identities.map(() => undefined))
}

it('tells what was counted before a moment, since then, and never', async () => {
  await count(BEFORE)
  const then = await dedupeKeysNow(valkey, prefix)
  await count(SINCE)
  const all = dedupeKeysOf([...BEFORE, ...SINCE, ...NEVER])
  const expected = [...BEFORE.map(() => 'before'), ...SINCE.map(() => 'since'), ...NEVER.map(() => 'no')]
  expect(await countedStates(valkey, all, then)).toEqual(expected)
})

it('holds a set of dedupeKeys', () => {
  const set = new DedupeKeySet()
  const dedupeKeys = dedupeKeysOf([...BEFORE, ...SINCE])
  expect(dedupeKeys.map((dedupeKey) => set.add(dedupeKey))).toEqual(dedupeKeys.map(() => true))
  expect(dedupeKeys.map((dedupeKey) => set.add(dedupeKey))).toEqual(dedupeKeys.map(() => false))
  expect([...dedupeKeys, ...dedupeKeysOf(NEVER)].map((dedupeKey) => set.has(dedupeKey))).toEqual([
    ...dedupeKeys.map(() => true),
    ...NEVER.map(() => false),
  ])
})
