/** Under load the pods follow the concurrency, and afterwards they go; what was acknowledged is counted. */
import { describe, expect, test } from 'vitest'
import { functionPods, hostOf, ingress, reportFolder, salesCounted, until, untilZero } from './context.ts'
import { startLocust } from './locust.ts'
import { writeReport } from './report.ts'
import { type Moment, watchCluster } from './timeline.ts'

/** Well above one ingest pod's target of 100 x 70 %. */
const USERS = 250
const LOAD_S = 75
const COUNTED_MS = 120_000

describe('autoscaling', () => {
  test('ingest grows with the load and everything goes back to zero; sent = acknowledged = counted', async () => {
    await untilZero()
    const before = await salesCounted()
    const locust = await startLocust({
      url: ingress,
      host: await hostOf('ingest'),
      users: USERS,
      seconds: LOAD_S,
    })
    const timeline = watchCluster(locust.latest)
    const account = await locust.finished
    await until('everything acknowledged is counted', COUNTED_MS, async () => {
      return (await salesCounted()) - before >= account.acknowledged
    })
    await untilZero()
    const moments = await timeline.stop()
    const coldStarts = [...timeline.coldStarts.values()]
    await writeReport(moments, coldStarts)
    const most = (of: (moment: Moment) => number): number => Math.max(...moments.map(of))
    console.log(
      `autoscaling: ${account.sent} sent, ${account.acknowledged} acknowledged ${JSON.stringify(account.reasons)}; most pods: ` +
        `ingest ${most(({ ready }) => ready.ingest)}, bridge ${most(({ ready }) => ready.bridge)}, ` +
        `publisher ${most(({ ready }) => ready.publisher)}, aggregator ${most(({ ready }) => ready.aggregator)}; ` +
        `most ${most(({ perSecond }) => perSecond).toFixed(0)}/s; report in ${reportFolder}`,
    )
    expect(moments[0]?.pods.ingest).toBeLessThanOrEqual(1)
    expect(most(({ ready }) => ready.ingest)).toBeGreaterThan(1)
    expect(await functionPods()).toHaveLength(0)
    expect(account.acknowledged).toBe(account.sent)
    expect((await salesCounted()) - before).toBe(account.acknowledged)
  })
})
