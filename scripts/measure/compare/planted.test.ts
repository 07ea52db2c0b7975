/** A slowdown that is really there is found, and one that is not there is not: with the real pipeline. */
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { freePort } from '../../lib/free-port.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { randomFrom } from '../../lib/statistics.ts'
import { until } from '../../lib/until.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'
import { othersMeter } from '../machine.ts'
import { madeReport } from './_testing/made-report.ts'
import { type Arm, type Pipeline, startArm } from './arm.ts'
import { AGAIN, type ArmSpec, FIRST, QUICK_ARMS } from './arms.ts'
import { measureCell } from './cell.ts'
import { noiseFloor, ratioOf } from './figures.ts'
import { judge } from './judge.ts'
import type { Cell } from './report.ts'
import { inTurns } from './rounds.ts'

const PLANTED = 0.2
/** What each request costs every ingest more: beside it, what the machine does to a figure is small. */
const WORK_US = 1_000
const ROUNDS = 5
/** More rounds are measured until the same thing differs by less from itself, and what is there is told from it. */
const QUIET = 0.1
/** A busy machine needs more: medians of more rounds are nearer to what is there. */
const MOST_ROUNDS = 80
const WARM_UP_S = 0.5
const CELL_S = 0.15
const READY_MS = 20_000

let stack: TestStack
let valkey: Redis
const arms: Arm[] = []
beforeAll(async () => {
  stack = await startTestStack({ brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') })
  valkey = new Redis(stack.valkeyUrl)
})
afterAll(async () => {
  await Promise.all(arms.map((arm) => arm.stop()))
  valkey?.disconnect()
  await stack?.stop()
})

/** An ingest of its own beside the stack's, in front of the same bridge. */
async function startIngest(name: string, burnShare: number): Promise<{ url: string; pid: number }> {
  const port = String(await freePort())
  const burn = join(import.meta.dirname, '_testing/burn.ts')
  const env = {
    INGEST_PORT: port,
    BRIDGE_URL: stack.url.bridge,
    BURN_US: String(WORK_US),
    BURN_SHARE: String(burnShare),
    NODE_OPTIONS: `--import=${burn}`,
    LOG_LEVEL: 'warn',
  }
  const node = join(REPO_DIR, 'node_modules/.bin/node')
  const args = [join(stack.bundles, 'ingest/main.cjs')]
  const { pid } = stack.processes.start({ name, command: node, args, env, restart: false })
  const url = `http://127.0.0.1:${port}`
  const ready = await until(async () => (await fetch(`${url}/health`).catch(() => undefined))?.ok, READY_MS)
  if (ready === undefined) throw new Error(`${name} did not start`)
  return { url, pid }
}

/** Of its processes only the ingest is looked at: the arms share all others. */
async function startRest(name: string, burnShare: number): Promise<Arm> {
  const [domain] = stack.domains
  const spec = QUICK_ARMS.find((one): one is ArmSpec => one.name === FIRST)
  if (domain === undefined || spec === undefined) throw new Error('there is nothing to compare')
  const ingest = await startIngest(name, burnShare)
  const pipeline: Pipeline = {
    domain,
    addresses: { ingest: ingest.url },
    pids: { ingest: ingest.pid },
    valkey,
    prefix: stack.prefix,
    seed: 1,
    mark: 'planted',
  }
  const arm = await startArm({ ...spec, name }, pipeline, arms.length)
  if (arm === undefined) throw new Error('ingest has no address')
  arms.push(arm)
  return arm
}

it(`finds ${PLANTED * 100} % that were planted, and nothing where nothing was`, {
  timeout: 300_000,
}, async () => {
  for (const [name, share] of [
    [FIRST, 0],
    ['nothing planted', 0],
    ['planted', PLANTED],
    [AGAIN, 0],
  ] as const)
    await startRest(name, share)
  for (const arm of arms)
    await arm.counts?.settle(await arm.client.run({ kind: 'closed', seconds: WARM_UP_S }))

  const others = othersMeter(() => [])
  const cells: Cell[] = []
  let rounds = 0
  const measure = async (): Promise<void> => {
    const ask = { kind: 'closed', seconds: CELL_S } as const
    await inTurns(
      arms,
      { rounds: ROUNDS, endMs: Number.POSITIVE_INFINITY },
      others,
      async (arm, { round, idleCores }) => {
        const plan = { round: rounds + round, idleCores, load: { kind: 'closed' }, ask } as const
        cells.push(await measureCell(arm, plan, others))
      },
    )
    rounds += ROUNDS
  }
  const report = () => ({ ...madeReport({ specs: [] }), cells })
  const random = randomFrom(1)
  const findings = () => {
    const floor = noiseFloor(report(), 'cpu', random)
    const judged = (of: string) => {
      const ratio = ratioOf(report(), 'cpu', { of, to: FIRST }, random)
      return { outcome: judge(ratio, floor), ratio, floor }
    }
    return { floor: floor ?? 0, planted: judged('planted'), nothing: judged('nothing planted') }
  }
  const isTold = ({ floor, planted, nothing }: ReturnType<typeof findings>): boolean =>
    floor <= QUIET && planted.outcome === 'more' && nothing.outcome === 'same'
  let found: ReturnType<typeof findings>
  do {
    await measure()
    found = findings()
  } while (!isTold(found) && rounds < MOST_ROUNDS)

  expect(cells.map(({ voidBecause }) => voidBecause).filter((reason) => reason !== undefined)).toEqual([])
  expect(found).toMatchObject({ planted: { outcome: 'more' }, nothing: { outcome: 'same' } })
})
