import { describe, expect, it } from 'vitest'
import type { Domain, Value } from '../../functions/_core/domain.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import type { Event } from '../../functions/_core/event.ts'
import { memoryCounter } from '../../functions/_core/memory-counter.ts'
import { countedIn, recountFrom } from './recount.ts'

const NOW = Date.UTC(2026, 10, 27, 12)

/** Every example of every domain, numbered from `start`. */
const events = (start: number): Event[] =>
  domains.flatMap((domain, number) =>
    domain.examples.map(({ stored }, index) => ({
      id: String(start + index),
      source: `/ingest/0123456789a${number}`,
      time: new Date(NOW).toISOString(),
      domain,
      value: stored,
    })),
  )

async function snapshotOf(...batches: Event[][]) {
  const counter = memoryCounter(domains)
  for (const batch of batches) await counter.apply(batch)
  return counter.snapshot()
}

/** A birth and what follows it, by example: allowed, not allowed, allowed. */
function life(): { all: Event[]; illegal: Event } {
  const moved = domains.find(({ effects }) =>
    effects.some((effect) => effect.op === 'transition' && effect.move),
  )
  const born = domains.find((domain) => domain.topic === moved?.topic)
  if (moved === undefined || born === undefined) throw new Error('no domain has a life')
  const event = (domain: Domain, id: number, value: Value): Event => ({
    ...{ id: String(id), source: '/ingest/0123456789ab', time: new Date(NOW).toISOString(), domain, value },
  })
  const value = { id: 'x', actor: 'persona', version: 0 }
  const illegal = event(moved, 3, { ...value, evento: 'finalizar' })
  const all = [
    event(born, 1, { ...born.examples[0]?.stored, id: 'x' }),
    event(moved, 2, { ...value, evento: 'preparar' }),
    illegal,
    event(moved, 4, { ...value, evento: 'enviar' }),
  ]
  return { all, illegal }
}

describe('the recount of a life', () => {
  it('knows what is not allowed where it stands in the log', async () => {
    const { all, illegal } = life()
    const recount = recountFrom({}, domains)
    await recount.add(all, new Set([illegal]))
    expect([...recount.illegal.values()]).toEqual([illegal])
    expect(recount.judgedAnew).toBe(0)
    expect(recount.compare(await snapshotOf(all), NOW).differences).toEqual([])
  })

  it('sees what Valkey refused though it is allowed', async () => {
    const { all, illegal } = life()
    const [, first] = all
    const recount = recountFrom({}, domains)
    await recount.add(all, new Set(all.filter((event) => event === illegal || event === first)))
    expect(recount.illegal.size).toBe(1)
    const after = await snapshotOf(all.filter((event) => event !== first))
    expect(recount.compare(after, NOW).differenceCount).toBeGreaterThan(0)
  })

  it('sees events that were judged in another order', async () => {
    const { all } = life()
    const [birth, ...moves] = all
    const recount = recountFrom({}, domains)
    await recount.add(all, new Set())
    if (birth === undefined) throw new Error('nothing was born')
    expect(
      recount.compare(await snapshotOf([birth, ...moves.reverse()]), NOW).differenceCount,
    ).toBeGreaterThan(0)
    expect(recount.judgedAnew).toBe(1)
  })
})

describe('the recount of a run', () => {
  it('agrees with what was counted on top of what was there', async () => {
    const recount = recountFrom(await snapshotOf(events(1)), domains)
    await recount.add(events(1001))
    expect(recount.compare(await snapshotOf(events(1), events(1001)), NOW).differenceCount).toBe(0)
  })

  it('sees a single event too few, and names a key', async () => {
    const recount = recountFrom({}, domains)
    await recount.add(events(1))
    const { differences, differenceCount } = recount.compare(await snapshotOf(events(1).slice(1)), NOW)
    expect(differenceCount).toBeGreaterThan(0)
    expect(differences[0]).toMatch(/^[\w:/ -]+ is .*, not /)
  })

  it('lets a series expire that it did not touch', async () => {
    const before = await snapshotOf(events(1))
    const isSeries = (key: string): boolean =>
      domains.some(({ effects }) =>
        effects.some((effect) => effect.op === 'series' && key.startsWith(effect.key)),
      )
    const expired = Object.fromEntries(Object.entries(before).filter(([key]) => !isSeries(key)))
    expect(recountFrom(before, domains).compare(expired, NOW).differenceCount).toBe(0)
    const touched = recountFrom(before, domains)
    await touched.add(events(1001))
    expect(touched.compare(expired, NOW).differenceCount).toBeGreaterThan(0)
  })

  it('compares no series of a time that is not kept any more', async () => {
    const recount = recountFrom({}, domains)
    await recount.add(events(1))
    const after = await snapshotOf(events(1))
    const kept = (ms: number): boolean => {
      const without = Object.entries(after).filter(([key]) => !key.startsWith('series:ventas:segundo'))
      return recount.compare(Object.fromEntries(without), ms).differenceCount > 0
    }
    expect(kept(NOW + 7_200_000)).toBe(true)
    expect(kept(NOW + 7_201_000)).toBe(false)
  })

  it('counts events by the plain counters', async () => {
    expect(countedIn(await snapshotOf(events(1)), domains)).toBe(events(1).length)
  })
})
