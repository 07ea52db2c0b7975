/** gRPC from the bridge spreads over the publisher's pods, through Knative's own path. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { startLoad } from './load.ts'
import { query } from './prometheus.ts'
import { functionPods, hostOf, ingress, kubectl, until } from './world.ts'

const LOAD_MS = 20_000
const READY_MS = 60_000
/** Prometheus looks every 5 s. */
const SCRAPED_MS = 8_000
/**
 * Far from even is enough: calls that stick to a connection give one pod nothing. A gateway with one round robin for
 * all hosts beats with the rhythm of the road (as many deliveries as sales, one batch, one call), which is even.
 */
const LEAST_SHARE = 0.1

const minScale = (pods: number): Promise<string> => {
  const annotations = { 'autoscaling.knative.dev/min-scale': String(pods) }
  const patch = JSON.stringify({ spec: { template: { metadata: { annotations } } } })
  return kubectl.run(['patch', 'services.serving.knative.dev/publisher', '--type=merge', '--patch', patch])
}

/** Requests by pod, as its own queue-proxy counts them. */
async function requestsByPod(pods: readonly string[]): Promise<Map<string, number>> {
  const series = await query('sum by (pod_name) (revision_app_request_count{configuration_name="publisher"})')
  return new Map(
    pods.map((pod) => [pod, Number(series.find(({ metric }) => metric.pod_name === pod)?.value[1] ?? 0)]),
  )
}

describe('gRPC spread', () => {
  afterAll(() => minScale(0))

  test('two publisher pods share the calls', async () => {
    await minScale(2)
    const pods = await until('two pods of the new revision are ready', READY_MS, async () => {
      const service = await kubectl.find(['services.serving.knative.dev/publisher'])
      const revision = service?.status?.latestCreatedRevisionName
      const ready = (await functionPods('publisher')).filter(
        ({ metadata, status }) =>
          metadata.labels['serving.knative.dev/revision'] === revision &&
          status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
      )
      return ready.length === 2 && ready.map(({ metadata }) => metadata.name)
    })
    const load = startLoad({ url: ingress, host: await hostOf('ingest'), buyers: 32 })
    await pause(LOAD_MS)
    await load.stop()
    await pause(SCRAPED_MS)
    const counts = await requestsByPod(pods)
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
    const shares = [...counts].map(
      ([pod, count]) => `${pod}: ${count} (${Math.round((count / total) * 100)} %)`,
    )
    console.log(`gRPC calls by publisher pod: ${shares.join(', ')}`)
    for (const count of counts.values()) {
      expect(count / total).toBeGreaterThan(LEAST_SHARE)
    }
  })
})
