/** gRPC from the bridge spreads over the publisher's pods, through Knative's own path. */
import { describe, expect, test } from 'vitest'
import { hostOf, ingress, until } from './context.ts'
import { startLoad } from './load.ts'
import { requestsAnswered } from './prometheus.ts'
import { annotated, isReady, podsOfRevision, type Spec, whileChanged, withEnv } from './revisions.ts'

const READY_MS = 60_000
const CALLS = 400
const CALLED_MS = 120_000
/** Where the publisher speaks HTTP: its first port is gRPC's. */
const METRICS_PORT = 8084
const CALL = 'endpoint="/blackfriday.ProductSaleService/ProcesarVentas"'
/**
 * Far from even is enough: calls that stick to a connection give one pod nothing. A gateway with one round robin for
 * all hosts beats with the rhythm of the pipeline (as many deliveries as sales, one batch, one call), which is even.
 */
const LEAST_SHARE = 0.1

/** One connection in all: two of them could have a pod each, and would look as if calls were spread. */
const oneConnection = (bridge: Spec): Spec =>
  withEnv({ name: 'PUBLISHER_CHANNELS', value: '1' })(
    annotated({ 'autoscaling.knative.dev/max-scale': '1' })(bridge),
  )
const twoPods = annotated({ 'autoscaling.knative.dev/min-scale': '2' })

const callsOf = (pods: readonly string[]): Promise<number[]> =>
  Promise.all(pods.map((pod) => requestsAnswered(pod, METRICS_PORT, CALL)))
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

async function expectSpread(revision: string): Promise<void> {
  const pods = await until('two pods of the new revision are ready', READY_MS, async () => {
    const ready = (await podsOfRevision(revision)).filter(isReady)
    return ready.length === 2 && ready.map(({ metadata }) => metadata.name)
  })
  const load = startLoad({ url: ingress, host: await hostOf('ingest'), buyers: 32 })
  try {
    await until(`${CALLS} calls`, CALLED_MS, async () => sum(await callsOf(pods)) >= CALLS)
  } finally {
    await load.stop()
  }
  const calls = await callsOf(pods)
  const shares = calls.map((count) => count / sum(calls))
  console.log(`gRPC calls of one connection, by publisher pod: ${calls.join(', ')}`)
  expect(load.account.failed).toEqual([])
  expect(Math.min(...shares)).toBeGreaterThan(LEAST_SHARE)
}

describe('gRPC spread', () => {
  test('two publisher pods share the calls of one connection', async () => {
    await whileChanged('bridge', oneConnection, () =>
      whileChanged('publisher', twoPods, ({ status }) => expectSpread(status.latestReadyRevisionName)),
    )
  })
})
