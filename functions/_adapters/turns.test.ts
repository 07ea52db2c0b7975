import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { TURN_SHARE_MS } from '../_core/limits.ts'
import { mapInTurns, Turns } from './turns.ts'

/** Long work: each item takes `itemMs` of a clock that only it moves. */
function worker(itemMs: number) {
  let now = 0
  const turns = new Turns(() => now)
  const done: string[] = []
  const work = async (name: string, items: number): Promise<void> => {
    for (let item = 0; item < items; item++) {
      if (turns.isOver) await (item === 0 ? turns.next() : turns.nextToGoOn())
      now += itemMs
      done.push(name)
    }
  }
  return { work, done }
}

it('a share is used up by all together, then one after the other has its turns until it is done', async () => {
  const { work, done } = worker(TURN_SHARE_MS / 2)
  const all = [work('a', 4), work('b', 3), work('c', 2)]
  expect(done.join('')).toBe('aa')
  await Promise.all(all)
  expect(done.join('')).toBe('aaaabbbcc')
})

it('what is not long by itself goes on at once in the next turn of the event loop', async () => {
  const { work, done } = worker(TURN_SHARE_MS)
  await work('a', 1)
  await setImmediate()
  const second = work('b', 1)
  expect(done.join('')).toBe('ab')
  await second
})

it('others come between the slices', async () => {
  const { work, done } = worker(TURN_SHARE_MS)
  const long = work('a', 3)
  await setImmediate()
  done.push('-')
  await long
  expect(done.join('')).toMatch(/^aa?-a+$/)
})

it('maps every item in its place', async () => {
  const items = Array.from({ length: 5_000 }, (_, index) => index)
  expect(await mapInTurns(items, (item, index) => item * 2 + index)).toEqual(items.map((item) => item * 3))
})
