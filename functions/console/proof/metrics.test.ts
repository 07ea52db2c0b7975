import { expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { createMetrics } from '../../_runtime/metrics.ts'
import type { Polled } from '../steps/poll.ts'
import { observeProof } from './metrics.ts'
import type { Evidence } from './proof.ts'

const [domain] = domains
const topic = domain?.topic ?? ''
const NOW = 1_000_000

async function exposed(evidence: Polled<Evidence>): Promise<string[]> {
  const metrics = createMetrics('console')
  observeProof(
    () => evidence,
    domains,
    metrics,
    () => NOW,
  )
  const { text } = await metrics.expose()
  return text.split('\n').filter((line) => /^caudal_(gap|lag)_records\{/.test(line))
}

const evidenceOf = (change: Partial<Evidence['topics'][number]>): Evidence => ({
  kafkaAsOfMs: NOW,
  valkeyAsOfMs: NOW,
  topics: [
    { topic, holds: false, accepted: 10, counted: 4, waiting: 3, dead: 1, gap: 2, partitions: [], ...change },
  ],
})

it('the gap and what waits are as the evidence says', async () => {
  expect(await exposed({ value: evidenceOf({}), asOfMs: NOW, problem: null })).toEqual([
    `caudal_lag_records{topic="${topic}",function="console"} 3`,
    `caudal_gap_records{topic="${topic}",function="console"} 2`,
  ])
})

it.each([
  ['nothing is known', { value: undefined, asOfMs: null, problem: 'Kafka is away' }],
  ['it is old', { value: evidenceOf({}), asOfMs: NOW - 61_000, problem: null }],
])('no figure while %s', async (_, evidence) => {
  expect(await exposed(evidence)).toEqual([])
})
