/**
 * `npm run compare:ghz`: the comparison's own client beside another tool's, ghz (`go install
 * github.com/bojand/ghz/cmd/ghz@v0.93.0`), on the same unary method of the same pipeline, in ABBA order. What both say of the
 * servers has to agree; what they say of latency contains themselves, so each one's own CPU is told as well.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { execa } from 'execa'
import * as z from 'zod'
import type { Domain } from '../../../functions/_core/domain.ts'
import { processUsage } from '../../lib/process-stat.ts'
import { median } from '../../lib/statistics.ts'
import { countsOf } from '../counts.ts'
import { poolOf } from '../events.ts'
import { cpuOf, othersMeter } from '../machine.ts'
import { type Arm, type Pipeline, startArm } from './arm.ts'
import { ALL_ARMS, SECOND } from './arms.ts'
import { measureCell } from './cell.ts'
import { percentileMs } from './histogram.ts'
import { abba } from './rounds.ts'
import { comparable, withOwnPipeline } from './target.ts'

const SECONDS = 3
const WARM_UP_S = 3
/** Of the closed loop's calls, for the open one: both clients have time to spare. */
const OPEN_SHARE = 0.3
const LOOK_MS = 20
const TOOLS = ['compare', 'ghz'] as const
type Tool = (typeof TOOLS)[number]

const SET_UPS = [
  { name: 'one connection, one call at a time', connections: 1, open: false },
  { name: '32 connections, one call at a time on each', connections: 32, open: false },
  { name: `32 connections, open loop at ${OPEN_SHARE * 100} % of that`, connections: 32, open: true },
] as const
type SetUp = (typeof SET_UPS)[number]

/** Of one run of one tool. */
interface Figures {
  readonly 'calls/s': number
  readonly 'p50, ms': number
  readonly 'p90, ms': number
  readonly 'p99, ms': number
  readonly 'publisher, CPU-µs a call': number
  readonly 'all servers, CPU-µs a call': number
  readonly 'client, CPU-µs a call': number
  readonly 'others on the machine, cores': number
}

interface Side {
  run(perSecond: number | undefined, round: number): Promise<Figures>
  stop(): Promise<void>
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

async function ours(pipeline: Pipeline, { connections }: SetUp, place: number): Promise<Side> {
  const spec = ALL_ARMS.find(({ name }) => name === SECOND)
  const arm: Arm | undefined =
    spec && (await startArm({ ...spec, load: { ...spec.load, connections } }, pipeline, place))
  if (arm === undefined) throw new Error('there is no gRPC endpoint')
  await arm.counts?.settle(await arm.client.run({ kind: 'closed', seconds: WARM_UP_S }))
  const others = othersMeter(() => [...Object.values(arm.pids), arm.client.pid, process.pid])
  return {
    run: async (perSecond, round) => {
      const ask =
        perSecond === undefined
          ? ({ kind: 'closed', seconds: SECONDS } as const)
          : ({ kind: 'open', seconds: SECONDS, perSecond, seed: round, isEven: true } as const)
      const plan = { round, load: { kind: 'closed' }, ask, idleCores: undefined } as const
      const cell = await measureCell(arm, plan, others)
      if (cell.voidBecause !== undefined) throw new Error(`void: ${cell.voidBecause}`)
      return {
        'calls/s': cell.eventsPerS,
        // From when it was sent, as ghz does.
        'p50, ms': percentileMs(cell.service, 0.5),
        'p90, ms': percentileMs(cell.service, 0.9),
        'p99, ms': percentileMs(cell.service, 0.99),
        'publisher, CPU-µs a call': cell.cpuUs.publisher ?? Number.NaN,
        'all servers, CPU-µs a call': sum(Object.values(cell.cpuUs)),
        'client, CPU-µs a call': cell.clientUs,
        'others on the machine, cores': cell.otherCores ?? Number.NaN,
      }
    },
    stop: () => arm.stop(),
  }
}

/** The parts of `ghz --format json` that are used; times are nanoseconds. */
const GHZ = z.object({
  count: z.number(),
  rps: z.number(),
  latencyDistribution: z.array(z.object({ percentage: z.number(), latency: z.number() })),
  statusCodeDistribution: z.record(z.string(), z.number()),
})
const NS_PER_MS = 1e6

async function theirs(pipeline: Pipeline, { connections }: SetUp, ghz: string, place: number): Promise<Side> {
  const { domain, seed, mark, valkey, prefix, pids } = pipeline
  const dir = await mkdtemp(join(tmpdir(), 'caudal-ghz-'))
  const pool = poolOf(domain, { seed, mark: `${mark}-ghz-${place}`, bytes: 100 })
  const counts = valkey && countsOf(valkey, prefix, pool)
  const data = join(dir, 'calls.json')
  await writeFile(data, JSON.stringify(pool.events.map((event) => domain.toMessage(event, undefined))))
  const others = othersMeter(() => [...Object.values(pids), process.pid])
  return {
    run: async (perSecond) => {
      others.cores()
      const before = cpuOf(pids)
      const { report, clientUs, seconds } = await runGhz(ghz, pipeline.addresses.publisher ?? '', [
        ...['--call', callOf(domain), '--data-file', data, '--connections', String(connections)],
        ...['--concurrency', String(connections)],
        ...(perSecond === undefined ? [] : ['--rps', String(Math.round(perSecond))]),
      ])
      const { count } = report
      if (report.statusCodeDistribution.OK !== count) throw new Error(`ghz: ${JSON.stringify(report)}`)
      // It takes the calls in turns, from the first one on.
      const stored = pool.events.map((_, at) => Math.ceil((count - at) / pool.events.length))
      const miscount = await counts?.settle({ stored, unknown: [] })
      if (miscount !== undefined) throw new Error(`ghz: ${miscount}`)
      const after = cpuOf(pids)
      const us = (name: string): number => ((after[name] ?? 0) - (before[name] ?? 0)) / count
      const ms = (share: number): number =>
        (report.latencyDistribution.find(({ percentage }) => percentage === share)?.latency ?? Number.NaN) /
        NS_PER_MS
      return {
        'calls/s': report.rps,
        'p50, ms': ms(50),
        'p90, ms': ms(90),
        'p99, ms': ms(99),
        'publisher, CPU-µs a call': us('publisher'),
        'all servers, CPU-µs a call': sum(Object.keys(pids).map(us)),
        'client, CPU-µs a call': clientUs / count,
        'others on the machine, cores': (others.cores() ?? Number.NaN) - clientUs / 1e6 / seconds,
      }
    },
    stop: () => rm(dir, { recursive: true, force: true }),
  }
}

const callOf = ({ grpc }: Domain): string => `${grpc.fullName}/${grpc.one.name}`

async function runGhz(ghz: string, address: string, args: readonly string[]) {
  const startMs = performance.now()
  const common = ['--insecure', '--duration', `${SECONDS}s`, '--duration-stop', 'wait', '--format', 'json']
  const child = execa(ghz, [...common, ...args, address])
  let clientUs = 0
  const timer = setInterval(() => {
    clientUs = Math.max(clientUs, processUsage(child.pid ?? 0)?.cpuUs ?? 0)
  }, LOOK_MS)
  try {
    const { stdout } = await child
    return { report: GHZ.parse(JSON.parse(stdout)), clientUs, seconds: (performance.now() - startMs) / 1e3 }
  } finally {
    clearInterval(timer)
  }
}

/** @returns the capacity by our own closed loop */
async function compare(
  pipeline: Pipeline,
  setUp: SetUp,
  rounds: number,
  ghz: string,
  rate?: number,
): Promise<number> {
  const place = SET_UPS.indexOf(setUp)
  const sides: Record<Tool, Side> = {
    compare: await ours(pipeline, setUp, place),
    ghz: await theirs(pipeline, setUp, ghz, place),
  }
  const found: Record<Tool, Figures[]> = { compare: [], ghz: [] }
  try {
    for (const [round, tools] of abba(TOOLS, rounds).entries()) {
      for (const tool of tools) {
        process.stderr.write(`${setUp.name}: round ${round + 1} of ${rounds}, ${tool}\n`)
        found[tool].push(await sides[tool].run(rate, round))
      }
    }
  } finally {
    for (const tool of TOOLS) await sides[tool].stop()
  }
  print(setUp.name, found)
  return median(found.compare.map((figures) => figures['calls/s']))
}

function print(name: string, found: Readonly<Record<Tool, readonly Figures[]>>): void {
  const [first] = found.compare
  if (first === undefined) return
  console.log(`| ${name} | compare | ghz | ratio |\n| --- | --- | --- | --- |`)
  for (const figure of Object.keys(first) as (keyof Figures)[]) {
    const [mine, other] = TOOLS.map((tool) => median(found[tool].map((figures) => figures[figure])))
    const ratio = median(
      found.compare.map((one, at) => one[figure] / (found.ghz[at]?.[figure] ?? Number.NaN)),
    )
    console.log(`| ${figure} | ${mine?.toFixed(2)} | ${other?.toFixed(2)} | ${ratio.toFixed(2)} |`)
  }
}

const { values } = parseArgs({
  options: { ghz: { type: 'string', default: 'ghz' }, rounds: { type: 'string', default: '8' } },
})
await withOwnPipeline({ seed: 1, domain: comparable[0] ?? '' }, async (pipeline) => {
  let capacity: number | undefined
  for (const setUp of SET_UPS) {
    const rate = setUp.open ? (capacity ?? 0) * OPEN_SHARE : undefined
    capacity = await compare(pipeline, setUp, Number(values.rounds), values.ghz, rate)
  }
})
