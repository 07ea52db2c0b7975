import { expect, test } from 'vitest'
import { classify, type RetryPolicy, waitMs } from './retry.ts'

test.each([
  ['delivered', [200, 201, 202, 204, 299]],
  ['retry', [404, 408, 409, 429, 500, 501, 502, 503, 504, 599, undefined]],
  ['refused', [300, 302, 304, 400, 401, 403, 405, 410, 413, 415, 422, 428, 451, 499]],
] as const)('%s: %j', (outcome, statuses) => {
  expect(statuses.map(classify)).toEqual(statuses.map(() => outcome))
})

test.each([
  ['exponential', 200, [400, 800, 1_600, 3_200]],
  ['linear', 200, [200, 400, 600, 800]],
] as const)('%s waits of %i ms', (backoffPolicy, backoffDelayMs, waits) => {
  const policy: RetryPolicy = { retry: 12, backoffPolicy, backoffDelayMs }
  expect([1, 2, 3, 4].map((n) => waitMs(policy, n))).toEqual(waits)
})

test('a wait is never longer than a timer can be', () => {
  expect(waitMs({ retry: 99, backoffPolicy: 'exponential', backoffDelayMs: 200 }, 90)).toBe(2 ** 31 - 1)
})
