import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryEvents } from '../_testing/arbitrary-events.ts'
import { counterSuite, saleOf } from '../_testing/counter-suite.ts'
import { lifeSuite } from '../_testing/life-suite.ts'
import { domains } from './domains/index.ts'
import { memoryCounter } from './memory-counter.ts'

describe('the model counts', () => {
  counterSuite((onCountResult) => memoryCounter(domains, onCountResult && { onCountResult }))
  lifeSuite((onCountResult) => memoryCounter(domains, onCountResult && { onCountResult }))
})

test('what was counted before a snapshot and after it is what is counted in one go', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryEvents, fc.nat(60), async (events, cut) => {
      const whole = memoryCounter(domains)
      await whole.apply(events)
      const before = memoryCounter(domains)
      await before.apply(events.slice(0, cut))
      const from = JSON.parse(JSON.stringify(before.snapshot()))
      const after = memoryCounter(domains, { from })
      await after.apply(events.slice(cut))
      expect(after.snapshot()).toEqual(whole.snapshot())
    }),
  )
})

test('what expires can be left out', async () => {
  const counter = memoryCounter(domains)
  await counter.apply([saleOf(1)])
  const lasting = Object.keys(counter.snapshot({ lasting: true }))
  const expiring = Object.keys(counter.snapshot()).filter((key) => !lasting.includes(key))
  expect(expiring.map((key) => key.replace(/:\d+$/, ''))).toEqual([
    ...['historial:precio:electronica', 'history:electronica:P1'],
    ...['series:ventas:minuto', 'series:ventas:segundo'],
  ])
})
