/** The tests on a cluster, in the order in which they build on each other; nothing is left of them. */
import { afterAll, beforeAll, expect } from 'vitest'
import { kubectl, namespace, npmRun, settings } from './context.ts'
import './01-deploy.ts'
import './02-endpoints.ts'
import './03-prometheus.ts'
import './04-dead-letters.ts'
import './11-odd-records.ts'
import './05-aggregator-down.ts'
import './06-rollout.ts'
import './07-spread.ts'
import './08-autoscaling.ts'
import './12-autoscaling-board.ts'
import './09-mistakes.ts'
import './10-console.ts'
import './14-orders.ts'
import './15-order-lives.ts'
import './13-epoch.ts'

/** Also before: an earlier run may have been killed. */
async function remove(): Promise<void> {
  if (settings().TEST_KEEP === 'true') return
  if (!(await kubectl.find([`namespace/${namespace}`]))) return
  await npmRun('undeploy', '--namespace', namespace, '--data')
  expect(await kubectl.find([`namespace/${namespace}`])).toBeUndefined()
}

beforeAll(remove)
afterAll(remove)
