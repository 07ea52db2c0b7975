import { expect, it } from 'vitest'
import { COUNTERS, GAUGES, HISTOGRAMS } from '../_core/metrics.ts'
import { createMetrics } from './metrics.ts'

it('exposes every metric of the registry under its name, with the function as a label', async () => {
  const metrics = createMetrics('ingest')
  metrics.counter('requests', { endpoint: '/venta', code: '200' })(3)
  metrics.histogram('batchItems', { to: 'bridge' })(64)
  metrics.gauge('queueItems', { to: 'bridge' }, () => 7)
  const { text } = await metrics.expose()
  for (const { name, help } of [
    ...Object.values(COUNTERS),
    ...Object.values(HISTOGRAMS),
    ...Object.values(GAUGES),
  ]) {
    expect(text).toContain(`# HELP ${name} ${help}`)
  }
  expect(text).toContain('caudal_requests_total{endpoint="/venta",code="200",function="ingest"} 3')
  expect(text).toContain('caudal_batch_items_bucket{le="64",to="bridge",function="ingest"} 1')
  expect(text).toContain('caudal_queue_items{to="bridge",function="ingest"} 7')
})
