import { expect, test, vi } from 'vitest'
import { polled } from './poll.ts'

test('it is asked once a period, and what is known is told at once', async () => {
  let ms = 0
  const answers: ((value: string) => void)[] = []
  const ask = vi.fn(() => new Promise<string>((resolve) => answers.push(resolve)))
  const poll = polled(ask, 100, () => ms)
  expect(poll()).toEqual({ value: undefined, asOfMs: null, problem: null })
  ms = 1_000
  poll()
  expect(ask).toHaveBeenCalledTimes(1)
  answers[0]?.('one')
  await poll.upTo(0)
  expect(poll()).toEqual({ value: 'one', asOfMs: 1_000, problem: null })
  expect(ask).toHaveBeenCalledTimes(2)
})

test('what fails keeps its value and its age, and says why', async () => {
  let ms = 0
  const ask = vi.fn(async () => 'one').mockImplementationOnce(async () => 'zero')
  const poll = polled(ask, 100, () => ms)
  await poll.upTo(50)
  ask.mockRejectedValueOnce(new Error('gone'))
  ms = 200
  await poll.upTo(50)
  expect(poll()).toEqual({ value: 'zero', asOfMs: 0, problem: 'gone' })
  ms = 400
  await poll.upTo(50)
  expect(poll()).toEqual({ value: 'one', asOfMs: 400, problem: null })
})
