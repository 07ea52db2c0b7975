import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { HEALTH_FRESH_MS } from '../_core/limits.ts'
import { healthOf } from './health.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const running = { readiness: (): string | undefined => undefined }

it('is ready once it was connected, whatever is lost later, until it stops', async () => {
  let stopping: string | undefined
  let lost: string | undefined = 'not connected yet'
  let other: string | undefined
  const { readiness, health } = healthOf({
    lifecycle: { readiness: () => stopping },
    connection: () => lost,
    own: () => other,
  })
  expect([readiness(), await health()]).toEqual(['not connected yet', 'not connected yet'])
  lost = undefined
  expect([readiness(), await health()]).toEqual([undefined, undefined])
  lost = 'connection lost'
  expect([readiness(), await health()]).toEqual([undefined, 'connection lost'])
  other = 'another build is needed'
  expect([readiness(), await health()]).toEqual(['another build is needed', 'another build is needed'])
  stopping = 'stopping'
  expect([readiness(), await health()]).toEqual(['stopping', 'stopping'])
})

it('has started once it was connected, whoever asked', async () => {
  let lost: string | undefined
  const { readiness, health } = healthOf({ lifecycle: running, connection: () => lost })
  expect(await health()).toBeUndefined()
  lost = 'connection lost'
  expect([readiness(), await health()]).toEqual([undefined, 'connection lost'])
})

it('asks when somebody asks, once for all of them, and again when the answer is old', async () => {
  let asked = 0
  const answers = [undefined, 'away', undefined]
  const { readiness, health } = healthOf({ lifecycle: running, ask: async () => answers[asked++] })
  expect(readiness()).toBeUndefined()
  expect(asked).toBe(0)
  expect(await Promise.all([health(), health(), health()])).toEqual([undefined, undefined, undefined])
  expect(asked).toBe(1)
  await vi.advanceTimersByTimeAsync(HEALTH_FRESH_MS)
  expect([await health(), readiness()]).toEqual(['away', undefined])
  await vi.advanceTimersByTimeAsync(HEALTH_FRESH_MS)
  expect(await health()).toBeUndefined()
  expect(asked).toBe(3)
})

it('takes a question that fails for an answer', async () => {
  const { health } = healthOf({ lifecycle: running, ask: () => Promise.reject(new Error('refused')) })
  expect(await health()).toBe('refused')
})
