/** Every question of the comparison, asked of a real pipeline in a moment. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'
import { madeReport } from './_testing/made-report.ts'
import { ALL_ARMS, type ArmSpec, FIRST, SECOND } from './arms.ts'
import { FULL, type Plan } from './plan.ts'
import { pageOf } from './render/page.ts'
import { type Report, reportSchema } from './report.ts'
import { measureAll } from './run.ts'
import { withRunning } from './target.ts'
import { verdictOf } from './verdict.ts'

const SHORT: Plan = {
  ...FULL,
  rounds: 3,
  warmUpS: 0.1,
  closedS: 0.1,
  openS: 0.2,
  openShares: [0.6],
  firstCalls: 2,
  codecMs: 10,
}
/** Few, so that a moment is enough for each. */
const CONNECTIONS = 4
const onFew = (spec: ArmSpec): ArmSpec => ({
  ...spec,
  load: { ...spec.load, connections: Math.min(spec.load.connections, CONNECTIONS) },
})
/** Of every kind one at least. */
const KINDS = ALL_ARMS.filter(
  ({ name, question }) =>
    question === 'endpoints' || /(rest|grpc|http2 protobuf), 10 kB|many calls|grpc-js|bulk of 10/.test(name),
).map(onFew)
const SALES = { seed: 1, domain: 'sales' }
const silent = { say: () => {}, end: () => {} }

let stack: TestStack
beforeAll(async () => {
  stack = await startTestStack({ brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') })
})
afterAll(() => stack?.stop())

async function measured(plan: Plan, valkey: boolean): Promise<Report> {
  const running = {
    against: `${stack.url.ingest}/`,
    bridge: stack.url.bridge,
    grpc: stack.publisher,
    prefix: stack.prefix,
    ...(valkey && { valkey: stack.valkeyUrl }),
  }
  const results = await withRunning(running, SALES, (pipeline) => measureAll(plan, pipeline, silent))
  const { stamp, version } = madeReport({ specs: [] })
  return JSON.parse(JSON.stringify({ version, stamp, ...results }))
}

describe('against a running pipeline', () => {
  it('measures every arm, and each event that was acknowledged is counted once', {
    timeout: 240_000,
  }, async () => {
    const report = reportSchema.parse(await measured({ ...SHORT, arms: KINDS }, true))
    expect(report.arms.map(({ name }) => name)).toEqual(KINDS.map(({ name }) => name))
    const wrong = report.cells.filter(({ voidBecause }) => voidBecause !== undefined)
    expect(wrong.map(({ arm, voidBecause }) => `${arm}: ${voidBecause}`)).toEqual([])
    expect(report.cells.every(({ events, unknown, refused }) => events > 0 && unknown + refused === 0)).toBe(
      true,
    )
    expect(report.wire.every(({ sent, received }) => sent > 0 && received > 0)).toBe(true)
    const bytes = (arm: string) => report.wire.find((one) => one.arm === arm)?.sent ?? Number.NaN
    // Each carries at least its own 100 bytes, or as many as Protobuf needs for them.
    expect([bytes('rest') > 100, bytes('grpc') > 40, bytes('rest, 10 kB') > 10_000]).toEqual([
      true,
      true,
      true,
    ])
    expect(bytes('grpc')).toBeLessThan(bytes('rest'))
    expect(verdictOf(report).findings.capacity.outcome).not.toBe('void')
    expect(pageOf(report, 'en')).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('gives no verdict where nobody can tell what was counted', { timeout: 120_000 }, async () => {
    const arms = ALL_ARMS.filter(({ name }) => name === FIRST || name === SECOND).map(onFew)
    const report = await measured({ ...SHORT, arms, codecMs: 0 }, false)
    expect(new Set(report.cells.map(({ voidBecause }) => voidBecause))).toEqual(new Set(['unchecked']))
    const { headline, notMeasured } = verdictOf(report)
    expect(headline).toBe('void')
    expect(notMeasured).toContain('voidCells')
    expect(pageOf(report, 'es')).not.toMatch(/NaN|undefined|Infinity/)
  })

  it.each([
    ['an endpoint that is not there', { against: 'http://127.0.0.1:9' }, '--against'],
    ['a Valkey that is not there', { valkey: 'redis://127.0.0.1:9' }, '--valkey'],
  ])('names %s', async (_, change, named) => {
    const running = { against: stack.url.ingest, prefix: '', ...change }
    await expect(withRunning(running, SALES, async () => {})).rejects.toThrow(named)
  })
})
