import { expect, it } from 'vitest'
import { averageSeconds, quantileSeconds, timeInState } from './time-in-state.ts'

const held = timeInState({ cuenta: '10', suma_ms: '25000', '1': '4', '2': '5', inf: '1' })

it.each([
  [0.4, 1],
  [0.2, 0.5],
  [0.9, 2],
  [0.65, 1.5],
  [1, 604_800],
])('the quantile %d is %d s', (share, seconds) => {
  expect(quantileSeconds(held, share)).toBeCloseTo(seconds)
})

it('the average is of the sum, and of nothing there is none', () => {
  expect(averageSeconds(held)).toBe(2.5)
  const none = timeInState({})
  expect([averageSeconds(none), quantileSeconds(none, 0.5), none.buckets.length]).toEqual([null, null, 15])
})
