/** The tests on a cluster, in the order in which they build on each other; nothing is left of them. */
import { afterAll, beforeAll, expect } from 'vitest'
import { settings } from './env.ts'
import { kubectl, namespace, npmRun } from './world.ts'
import './01-deploy.ts'
import './02-doors.ts'
import './02-prometheus.ts'
import './05-dead-letters.ts'
import './05-aggregator-down.ts'
import './04-rollout.ts'
import './06-spread.ts'
import './03-autoscaling.ts'
import './07-mistakes.ts'

/** Also before: an earlier run may have been killed. */
async function remove(): Promise<void> {
  if (settings().TEST_KEEP === 'true') return
  if (!(await kubectl.find([`namespace/${namespace}`]))) return
  await npmRun('undeploy', '--namespace', namespace, '--data')
  expect(await kubectl.find([`namespace/${namespace}`])).toBeUndefined()
}

beforeAll(remove)
afterAll(remove)
