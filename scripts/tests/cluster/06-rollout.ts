/** New revisions, scale-down and killed pods under load: nobody notices, or only what a retry mends; nothing is lost. */
import { afterAll, describe, expect, test } from 'vitest'
import { PIPELINE } from '../../../functions/_core/topology.ts'
import { functionPods, hostOf, ingress, kubectl, salesCounted, until } from './context.ts'
import { everythingDelivered, GROUP } from './kafka.ts'
import { type Account, type Load, type Outcome, RETRYABLE, startLoad } from './load.ts'
import { accountLine, writeAccounts } from './report.ts'
import { annotated, change, isReady, podsOfRevision, serviceOf } from './revisions.ts'

const BUYERS = 16
/** More than twice the in-flight target of one ingest pod. */
const CROWD = 250
/** A change must be followed by so many sales before a test believes that it did no harm. */
const SALES_AFTER = 500
const DEADLINE_MS = 120_000
/** The autoscaler averages over a minute and stays high for another after a burst; then a pod drains. */
const SCALE_DOWN_MS = 300_000

const accounts = new Map<string, Account>()
afterAll(() => writeAccounts(accounts))

const moreSales = (load: Load): Promise<boolean> => {
  const before = load.account.acknowledged
  return until('more sales are acknowledged', DEADLINE_MS, async () => {
    return load.account.acknowledged - before >= SALES_AFTER
  })
}

/** Sells while `during` runs and a while longer; then every acknowledged sale must be counted, once. */
async function underLoad(
  what: string,
  retry: readonly Outcome[],
  during: (load: Load) => Promise<void>,
): Promise<Account> {
  const before = await salesCounted()
  const load = startLoad({ url: ingress, host: await hostOf('ingest'), buyers: BUYERS, retry })
  try {
    await moreSales(load)
    await during(load)
    await moreSales(load)
  } finally {
    await load.stop()
  }
  const { account } = load
  accounts.set(what, account)
  console.log(accountLine(what, account))
  // What is delivered twice is counted again before its offset is committed, if at all.
  await everythingDelivered(GROUP)
  expect((await salesCounted()) - before).toBe(account.acknowledged)
  return account
}

describe('under load', () => {
  test('new revisions of all four functions: 0 failed, 0 lost, 0 double', async () => {
    const account = await underLoad('new revisions', [], async () => {
      for (const name of PIPELINE)
        await change(name, annotated({ 'caudal/rolled-out': new Date().toISOString() }))
    })
    expect(account.failed).toEqual([])
  })

  test('rollback by traffic split: 0 failed, 0 lost, 0 double', async () => {
    const account = await underLoad('rollback', [], async (load) => {
      const revision = (await serviceOf('ingest')).status.latestReadyRevisionName
      const previous = revision.replace(/\d+$/, (n) => String(Number(n) - 1).padStart(n.length, '0'))
      await change('ingest', (spec) => ({ ...spec, traffic: [{ revisionName: previous, percent: 100 }] }))
      await until(`${previous} serves`, DEADLINE_MS, async () =>
        (await podsOfRevision(previous)).some(isReady),
      )
      await moreSales(load)
      await change('ingest', (spec) => ({ ...spec, traffic: [{ latestRevision: true, percent: 100 }] }))
    })
    expect(account.failed).toEqual([])
  })

  test('scale-down of a revision that serves: 0 failed, 0 lost, 0 double', async () => {
    const revision = (await serviceOf('ingest')).status.latestReadyRevisionName
    const account = await underLoad('scale-down', [], async (load) => {
      load.resize(CROWD)
      const many = await until('two pods of one revision serve', DEADLINE_MS, async () => {
        const ready = (await podsOfRevision(revision)).filter(isReady)
        return ready.length >= 2 && ready
      })
      await moreSales(load)
      load.resize(BUYERS)
      // Also those on their way out: a pod must have gone for good while others served.
      const few = await until('fewer pods are left', SCALE_DOWN_MS, async () => {
        const left = await podsOfRevision(revision)
        return left.length < many.length && left
      })
      expect(few.some(isReady)).toBe(true)
      console.log(`scale-down of ${revision} under load: ${many.length} pods, then ${few.length}`)
    })
    expect(account.failed).toEqual([])
  })

  test.each(PIPELINE)('kubectl delete pod of %s: only retryable answers, nothing lost', async (name) => {
    // The connection to a pod that goes may be cut in the middle of an answer.
    const retry = [...RETRYABLE, 'connection reset' as const]
    const account = await underLoad(`${name} pod deleted`, retry, async () => {
      const [pod] = await functionPods(name)
      const deleted = pod?.metadata.name ?? ''
      await kubectl.run(['delete', 'pod', deleted, '--wait=false'])
      await until('another pod serves and the deleted one is gone', DEADLINE_MS, async () => {
        const others = await functionPods(name)
        return others.some(isReady) && (await kubectl.find([`pod/${deleted}`])) === undefined
      })
    })
    expect(account.failed).toEqual([])
    expect(account.acknowledged).toBe(account.sent)
  })
})
