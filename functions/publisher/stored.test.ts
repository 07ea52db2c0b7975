import { expect, it } from 'vitest'
import { domains } from '../_core/domains/index.ts'
import { sales } from '../_core/domains/sales.ts'
import { Failure } from '../_core/errors.ts'
import { createMetrics } from '../_runtime/metrics.ts'
import { saleOf, voteOf } from '../_testing/counter-suite.ts'
import { countingStored } from './stored.ts'

it('counts what was stored, by domain, and nothing else', async () => {
  const metrics = createMetrics('publisher')
  const failure = new Failure('unavailable', 'away')
  const store = countingStored(
    async (events) => events.map(({ domain, id }) => (domain === sales && id === '2' ? failure : undefined)),
    domains,
    metrics,
  )
  expect(await store([saleOf(1), saleOf(2), saleOf(3), voteOf(2)])).toEqual([
    undefined,
    failure,
    undefined,
    undefined,
  ])
  const { text } = await metrics.expose()
  expect(text).toContain('caudal_stored_total{domain="sales",function="publisher"} 2')
  expect(text).toContain('caudal_stored_total{domain="votes",function="publisher"} 1')
})
