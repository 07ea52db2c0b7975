/** New revisions, scale-down and killed pods under load: nobody notices, or only what a retry mends; nothing is lost. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { FUNCTIONS, type FunctionName } from '../images/record.ts'
import { type Account, quantile, startLoad } from './load.ts'
import { functionPods, hostOf, ingress, kubectl, salesCounted, until } from './world.ts'

const BUYERS = 16
const COUNTED_MS = 120_000
const SETTLE_MS = 5_000

/** Sells while `during` runs and a while longer; then every acknowledged sale must be counted, once. */
async function underLoad(retries: number, during: () => Promise<void>): Promise<Account> {
  const before = await salesCounted()
  const load = startLoad({ url: ingress, host: await hostOf('ingest'), buyers: BUYERS, retries })
  await until('sales are acknowledged', COUNTED_MS, async () => load.account.acknowledged > BUYERS)
  await during()
  await pause(SETTLE_MS)
  const account = await load.stop()
  await until('everything acknowledged is counted', COUNTED_MS, async () => {
    return (await salesCounted()) - before >= account.acknowledged
  })
  await pause(SETTLE_MS)
  expect((await salesCounted()) - before).toBe(account.acknowledged)
  const [p50, p99] = [0.5, 0.99].map((share) => quantile(account.latenciesMs, share).toFixed(0))
  const retried = [...account.retried].map(([status, times]) => `${times} x ${status}`).join(', ')
  console.log(
    `${account.sent} sent, ${account.acknowledged} acknowledged and counted, ${account.failed.length} failed, ` +
      `retried: ${retried || 'none'}; p50 ${p50} ms, p99 ${p99} ms`,
  )
  return account
}

const service = (name: FunctionName): string => `services.serving.knative.dev/${name}`

/** A new revision by a change that changes nothing else. */
async function rollOut(name: FunctionName): Promise<void> {
  const annotations = { 'caudal/rolled-out': new Date().toISOString() }
  const patch = { spec: { template: { metadata: { annotations } } } }
  await kubectl.run(['patch', service(name), '--type=merge', '--patch', JSON.stringify(patch)])
  await until(`the new revision of ${name} takes the traffic`, COUNTED_MS, async () => {
    const current = await kubectl.find([service(name)])
    const settled = current?.status?.observedGeneration === current?.metadata.generation
    return settled && current?.status?.conditions?.every(({ status }) => status === 'True')
  })
}

async function scale(name: FunctionName, minScale: number): Promise<void> {
  const annotations = { 'autoscaling.knative.dev/min-scale': String(minScale) }
  const patch = { spec: { template: { metadata: { annotations } } } }
  await kubectl.run(['patch', service(name), '--type=merge', '--patch', JSON.stringify(patch)])
}

describe('under load', () => {
  test('new revisions of all four functions: 0 failed, 0 lost, 0 double', async () => {
    const account = await underLoad(0, async () => {
      for (const name of FUNCTIONS) await rollOut(name)
    })
    expect(account.failed).toEqual([])
  })

  test('rollback by traffic split: 0 failed, 0 lost, 0 double', async () => {
    const account = await underLoad(0, async () => {
      const current = await kubectl.find([service('ingest')])
      const revision = current?.status?.latestCreatedRevisionName ?? ''
      const previous = revision.replace(/\d+$/, (n) => String(Number(n) - 1).padStart(n.length, '0'))
      const split = (traffic: object[]) =>
        kubectl.run([
          'patch',
          service('ingest'),
          '--type=merge',
          '--patch',
          JSON.stringify({ spec: { traffic } }),
        ])
      await split([{ revisionName: previous, percent: 100 }])
      await until(`${previous} serves`, COUNTED_MS, async () => {
        const pods = await functionPods('ingest')
        return pods.some(({ metadata }) => metadata.labels['serving.knative.dev/revision'] === previous)
      })
      await pause(SETTLE_MS)
      await split([{ latestRevision: true, percent: 100 }])
    })
    expect(account.failed).toEqual([])
  })

  test('scale-down of ingest from 3 pods: 0 failed, 0 lost, 0 double', async () => {
    await scale('ingest', 3)
    await until('3 pods', COUNTED_MS, async () => (await functionPods('ingest')).length >= 3)
    const account = await underLoad(0, async () => {
      await scale('ingest', 0)
      await until('fewer pods', COUNTED_MS, async () => (await functionPods('ingest')).length < 3)
    })
    expect(account.failed).toEqual([])
  })

  test.each(FUNCTIONS)('kubectl delete pod of %s: only retryable answers, nothing lost', async (name) => {
    const RETRIES = 100
    const account = await underLoad(RETRIES, async () => {
      const [pod] = await functionPods(name)
      await kubectl.run(['delete', 'pod', pod?.metadata.name ?? '', '--wait=false'])
      await until('another pod', COUNTED_MS, async () => {
        const pods = await functionPods(name)
        return pods.some(({ metadata, status }) => metadata.name !== pod?.metadata.name && isReady(status))
      })
    })
    expect(account.failed).toEqual([])
    expect(account.acknowledged).toBe(account.sent)
  })
})

const isReady = (status: { conditions?: readonly { type: string; status: string }[] }): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false
