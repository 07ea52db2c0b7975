import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Positions } from './positions.ts'
import { CommitTracker } from './tracker.ts'

test('nothing is due before the first record is delivered', () => {
  const tracker = new CommitTracker(5)
  expect(tracker.due).toBeUndefined()
  tracker.take(5)
  expect(tracker.due).toBeUndefined()
  tracker.done(5)
  expect(tracker.due).toBe(6)
  tracker.committed(6)
  expect(tracker.due).toBeUndefined()
})

/** Rising offsets with gaps, and an order in which their deliveries end; the rest never does. */
const deliveries = fc
  .array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 })
  .map((steps) => steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, step) => sum + step, 99)))
  .chain((offsets) => fc.tuple(fc.constant(offsets), fc.shuffledSubarray(offsets)))

test('whatever the order, a commit never passes an undelivered record, never goes back, and misses nothing', () => {
  fc.assert(
    fc.property(deliveries, ([offsets, ends]) => {
      const tracker = new CommitTracker(100)
      for (const offset of offsets) tracker.take(offset)
      const open = new Set(offsets)
      let committed = 100
      for (const offset of ends) {
        tracker.done(offset)
        open.delete(offset)
        const position = tracker.due
        if (position === undefined) continue
        expect(position).toBeGreaterThan(committed)
        committed = position
        tracker.committed(position)
        expect([...open].every((undelivered) => undelivered >= position)).toBe(true)
      }
      const first = offsets.find((offset) => open.has(offset)) ?? Number(offsets.at(-1)) + 1
      expect(tracker.due ?? committed).toBe(first)
    }),
  )
})

test('a partition that is read again from before has what was out forgotten', () => {
  const positions = new Positions()
  const before = positions.trackerAt('t', 0, 10)
  before.take(10)
  before.take(11)
  before.done(10)
  expect(positions.due().offsets).toEqual([{ topic: 't', partition: 0, offset: '11' }])
  expect(positions.trackerAt('t', 0, 12)).toBe(before)
  const after = positions.trackerAt('t', 0, 10)
  expect(after).not.toBe(before)
  before.done(11)
  expect(positions.due().offsets).toEqual([])
})

test('a partition that another member reads is not committed', () => {
  const positions = new Positions()
  for (const partition of [0, 1]) {
    const tracker = positions.trackerAt('t', partition, 0)
    tracker.take(0)
    tracker.done(0)
  }
  positions.keepOnly({ t: [1] })
  const { offsets, committed } = positions.due()
  expect(offsets).toEqual([{ topic: 't', partition: 1, offset: '1' }])
  committed()
  expect(positions.due().offsets).toEqual([])
})
