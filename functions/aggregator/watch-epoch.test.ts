import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest'
import { connectValkey } from '../_adapters/valkey/connect.ts'
import { domains } from '../_core/domains/index.ts'
import { countingMetrics, memoryLog } from '../_testing/ports.ts'
import { watchEpoch } from './watch-epoch.ts'

let owner: Redis
beforeAll(() => {
  owner = new Redis(inject('valkeyUrl'))
})
afterAll(() => owner.disconnect())

it('is not ready while something lives by a machine that this build does not have', async () => {
  const prefix = `${randomUUID()}:`
  await owner.hset(`${prefix}pedidos:versiones`, { 1: 5, 7: 2 })
  const valkey = connectValkey(inject('valkeyUrl'), () => {})
  const { metrics } = countingMetrics()
  const watch = watchEpoch({ valkey, prefix, domains, metrics, log: memoryLog() })
  const says = (problem: string | undefined) =>
    vi.waitFor(async () => {
      await watch.look()
      expect(watch.readiness()).toBe(problem)
    }, 20_000)
  await says('this build has no machine of version 7, which something lives by')
  await owner.hset(`${prefix}pedidos:versiones`, { 7: 0 })
  await says(undefined)
  watch.close()
  valkey.close()
})
