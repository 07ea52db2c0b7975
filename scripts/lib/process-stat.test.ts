import { expect, test } from 'vitest'
import { processUsage } from './process-stat.ts'

const BURN_US = 100_000

test.runIf(process.platform === 'linux')('counts what this process itself counts', () => {
  const before = processUsage(process.pid)
  const own = process.cpuUsage()
  let sink = 0
  while (process.cpuUsage(own).user + process.cpuUsage(own).system < BURN_US) sink += Math.sqrt(sink + 1)
  const after = processUsage(process.pid)
  if (!before || !after) throw new Error('this process is there')
  const { user, system } = process.cpuUsage(own)
  expect(after.cpuUs - before.cpuUs).toBeGreaterThan(0.7 * BURN_US)
  expect(after.cpuUs - before.cpuUs).toBeLessThan(1.3 * (user + system))
  expect(after.rssBytes / process.memoryUsage.rss()).toBeCloseTo(1, 0)
})

test('a process that is gone has none', () => {
  expect(processUsage(2 ** 30)).toBeUndefined()
})
