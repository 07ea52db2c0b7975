import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BRIDGE_DEADLINE_MS, CARRIER_WAIT_S } from '../_core/limits.ts'
import { orderOf } from '../_testing/life-events.ts'
import { paced } from './pace.ts'

const SOURCE_FILE = join(import.meta.dirname, '../../knative/components/carrier/source.yaml')

const at = (perSecond: number, longestMs: number) => {
  let nowMs = 5_000
  const pace = paced(perSecond, () => nowMs, longestMs)
  return {
    pace,
    turns: (...ids: readonly string[]) => ids.map((id) => pace.turnOf(orderOf(id, id))),
    done: (...ids: readonly string[]) => {
      for (const id of ids) pace.done(orderOf(id, id))
    },
    wait: (ms: number) => {
      nowMs += ms
    },
  }
}

it('a source waits longer for an answer than a delivery may take', () => {
  const [, seconds] = /timeout: PT(\d+)S/.exec(readFileSync(SOURCE_FILE, 'utf8')) ?? []
  expect(1_000 * Number(seconds)).toBeGreaterThan(1_000 * CARRIER_WAIT_S + BRIDGE_DEADLINE_MS)
})

describe('turns', () => {
  it('are a pace apart, and no further than a delivery may wait', () => {
    const { turns } = at(5, 500)
    expect(turns('a', 'b', 'c', 'd', 'e')).toEqual([0, 200, 400, 'later', 'later'])
  })

  it('are kept by those that come again, and no time is lost between', () => {
    const { turns, wait } = at(5, 500)
    turns('a', 'b', 'c', 'd', 'e')
    wait(300)
    expect(turns('e', 'd', 'c', 'b', 'a')).toEqual([500, 300, 100, 0, 0])
    expect(turns('f')).toEqual(['later'])
  })

  it('of an idle carrier begin at once: what was not used is not saved up', () => {
    const { turns, wait } = at(5, 500)
    turns('a')
    wait(60_000)
    expect(turns('b', 'c')).toEqual([0, 200])
  })

  it('are taken once; when their delivery is over they are forgotten', () => {
    const { pace, turns, done } = at(5, 500)
    turns('a', 'b', 'c', 'd')
    done('a', 'b', 'never came')
    expect(turns('a', 'b', 'c')).toEqual(['done', 'done', 400])
    pace.forget(['a', 'b', 'c', 'd'].map((id) => orderOf(id, id)))
    expect(pace.size).toBe(0)
    expect(turns('a')).toEqual(['later'])
  })

  it('of those that never come again are forgotten after half an hour', () => {
    const { pace, turns, wait } = at(5, 500)
    turns('a', 'b')
    wait(30 * 60_000 + 100)
    turns('c')
    expect(pace.size).toBe(2)
    wait(30 * 60_000)
    expect(turns('d')).toEqual([0])
    expect(pace.size).toBe(1)
  })
})
