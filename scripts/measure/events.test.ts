import { expect, it } from 'vitest'
import { domains } from '../../functions/_core/domains/index.ts'
import { poolOf, rankOf } from './events.ts'

const BYTES = 100

it.each(domains.filter(rankOf))('$name: events of a seed, each counted under a mark of its own', (domain) => {
  const pool = poolOf(domain, { seed: 1, mark: 'test', bytes: BYTES })
  expect(poolOf(domain, { seed: 1, mark: 'test', bytes: BYTES }).events).toEqual(pool.events)
  const [ranked = ''] = pool.rank.member
  for (const [place, event] of pool.events.entries()) {
    expect(event[ranked]).toBe(pool.keys[pool.keyOf[place] ?? -1])
    expect(JSON.stringify(event).length).toBeGreaterThanOrEqual(BYTES)
  }
  // A thing that is named by its event has no name yet: sent again it is another one.
  const isNamed = domain.fields.some(({ name, fromIdentity }) => name === domain.key && fromIdentity)
  if (isNamed) expect(new Set(pool.events.map((event) => event[domain.key]))).toEqual(new Set(['']))
})

it('there are more than one of them', () => {
  expect(domains.filter(rankOf).length).toBeGreaterThan(2)
})
