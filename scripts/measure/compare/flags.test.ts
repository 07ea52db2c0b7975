import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import { describe, expect, it } from 'vitest'
import { flagsOf } from './flags.ts'
import type { LoadKind } from './report.ts'
import { abba } from './rounds.ts'

/** A thousand requests of 10 ms each. */
const TEN_MS = (() => {
  const histogram = build()
  for (let request = 0; request < 1_000; request++) histogram.recordValue(10_000)
  return encodeIntoCompressedBase64(histogram)
})()
const closed: LoadKind = { kind: 'closed' }
const open: LoadKind = { kind: 'open', share: 0.6, perSecond: 1_000 }

/** 1,000 requests in a second, each of 10 ms: 10 are in flight. */
const sound = {
  arm: 'a',
  round: 0,
  load: closed,
  seconds: 1,
  events: 1_000,
  requests: 1_000,
  unknown: 0,
  refused: 0,
  skipped: 0,
  eventsPerS: 1_000,
  cpuUs: {},
  clientUs: 0,
  clientCore: 0.79,
  inFlight: 10,
  latency: TEN_MS,
  service: TEN_MS,
  idleCores: 0.1,
  otherCores: 0.1,
}

describe('flags', () => {
  it.each([
    ['a sound one', {}, 10, []],
    ['a client at 80 % of its core', { clientCore: 0.8 }, 10, ['clientLimited']],
    ['9 of 10 in flight', { requests: 900 }, 10, []],
    ['a closed loop that has more lanes than requests in flight', {}, 12, ['littlesLaw']],
    ['requests that were not measured', { requests: 500 }, 10, ['littlesLaw']],
    ['an open loop with what was in flight', { load: open }, 999, []],
    ['an open loop with more in flight than were timed', { load: open, inFlight: 20 }, 999, ['littlesLaw']],
    ['no request at all', { requests: 0, events: 0 }, 10, []],
    ['a machine at work before the round', { idleCores: 0.11 }, 10, ['notIdle']],
    ['a machine at work in the cell', { otherCores: 0.11 }, 10, ['disturbed']],
    ['a machine that does not tell', { idleCores: undefined, otherCores: undefined }, 10, []],
    ['1 of 1,000 refused', { refused: 1 }, 10, []],
    ['2 of 1,000 without an answer', { unknown: 2 }, 10, ['failures']],
    ['a start that was not made', { load: open, skipped: 1 }, 10, ['skipped']],
  ])('%s', (_, change, connections, expected) => {
    expect(flagsOf({ ...sound, ...change }, { connections, streams: 1 })).toEqual(expected)
  })
})

describe('rounds', () => {
  it.each([
    [['a', 'b'], 4, ['ab', 'ba', 'ab', 'ba']],
    [['a', 'b', 'c'], 3, ['abc', 'cba', 'abc']],
  ])('of %j take turns there and back', (arms, rounds, expected) => {
    expect(abba(arms, rounds).map((turns) => turns.join(''))).toEqual(expected)
  })
})
