/** The verdict, by rules: each says what was compared and what came out; the words are in render/words. */
import { type Interval, medianInterval, type Random, randomFrom } from '../../lib/statistics.ts'
import { AGAIN, FIRST, SECOND } from './arms.ts'
import { cellsOf, type Figure, floorOf, noiseFloor, ratioOf } from './figures.ts'
import { percentileMs } from './histogram.ts'
import { judge, type Outcome } from './judge.ts'
import { type Explanation, explain } from './parts.ts'
import type { Report } from './report.ts'

/** What is compared by one figure: how many times as much `of` has as `to`. */
interface Pair {
  readonly figure: Figure
  readonly of: string
  readonly to: string
}

const both = { of: SECOND, to: FIRST }
const PAIRS = {
  cpu: { figure: 'cpu', ...both },
  capacity: { figure: 'capacity', ...both },
  openCpu: { figure: 'openCpu', ...both },
  p50: { figure: 'p50', ...both },
  p99: { figure: 'p99', ...both },
  clientCpu: { figure: 'clientCpu', ...both },
  oneConnection: { figure: 'capacity', of: 'grpc, one connection', to: 'rest, one connection' },
  manyCalls: { figure: 'capacity', of: 'grpc, one connection, many calls', to: SECOND },
  batch: { figure: 'cpu', of: 'grpc batch', to: 'bulk' },
  restBatching: { figure: 'cpu', of: 'bulk', to: FIRST },
  grpcBatching: { figure: 'cpu', of: 'grpc batch', to: SECOND },
  procesar: { figure: 'cpu', of: 'procesar', to: FIRST },
  large: { figure: 'cpu', of: 'grpc, 10 kB', to: 'rest, 10 kB' },
  http2: { figure: 'cpu', of: 'http2 json, 100 B', to: 'http1 json, 100 B' },
  protobuf: { figure: 'cpu', of: 'http1 protobuf, 100 B', to: 'http1 json, 100 B' },
  library: { figure: 'cpu', of: 'grpc-js, 100 B', to: 'http2 protobuf, 100 B' },
} as const satisfies Record<string, Pair>

export type Rule = keyof typeof PAIRS | 'firstCall' | 'bytes'

export interface Finding {
  readonly outcome: Outcome
  /** Of the second to the first. */
  readonly ratio?: Interval
  readonly floor?: number
}

/** `depends`: one took less CPU, the other more events. */
export type Headline = 'rest' | 'grpc' | 'same' | 'depends' | 'void'
export type Gap =
  | 'network'
  | 'tls'
  | 'languages'
  | 'compression'
  | 'streaming'
  | 'machines'
  | 'quick'
  | 'cpu'
  | 'voidCells'

export interface Verdict {
  readonly headline: Headline
  readonly findings: Readonly<Record<Rule, Finding>>
  readonly why: Explanation | undefined
  /** Whether gathering events brings more than the choice between the two, each way. */
  readonly gatherFirst: boolean
  /** For what each of the two took less: the rules. */
  readonly use: { readonly rest: readonly Rule[]; readonly grpc: readonly Rule[] }
  readonly notMeasured: readonly Gap[]
}

/** The rules whose winner has a reason to be used, and whether less of the figure is better. */
const REASONS: readonly (readonly [Rule, 'less' | 'more'])[] = [
  ['cpu', 'less'],
  ['capacity', 'more'],
  ['p50', 'less'],
  ['p99', 'less'],
  ['oneConnection', 'more'],
  ['batch', 'less'],
  ['large', 'less'],
  ['clientCpu', 'less'],
  ['firstCall', 'less'],
  ['bytes', 'less'],
]

export function verdictOf(report: Report): Verdict {
  const random = randomFrom(report.stamp.seed)
  const pairs = Object.entries(PAIRS).map(([rule, pair]) => [rule, findingOf(report, pair, random)])
  const findings: Readonly<Record<Rule, Finding>> = {
    ...(Object.fromEntries(pairs) as Record<keyof typeof PAIRS, Finding>),
    firstCall: firstCallOf(report, random),
    bytes: bytesOf(report),
  }
  const winners = (winner: 'rest' | 'grpc') =>
    REASONS.filter(([rule, better]) => {
      const { outcome } = findings[rule]
      return outcome !== 'same' && outcome !== 'void' && (outcome === better) === (winner === 'grpc')
    }).map(([rule]) => rule)
  return {
    headline: headlineOf(findings.cpu.outcome, findings.capacity.outcome),
    findings,
    why: explain(report),
    gatherFirst: gathersFirst(findings),
    use: { rest: winners('rest'), grpc: winners('grpc') },
    notMeasured: gapsOf(report),
  }
}

function findingOf(report: Report, { figure, of, to }: Pair, random: Random): Finding {
  const floor = noiseFloor(report, figure, random)
  const ratio = ratioOf(report, figure, { of, to }, random)
  return { outcome: judge(ratio, floor), ...(ratio && { ratio }), ...(floor !== undefined && { floor }) }
}

/** @param cpu of gRPC to REST @param capacity of gRPC to REST */
export function headlineOf(cpu: Outcome, capacity: Outcome): Headline {
  const winners = new Set<Headline>()
  if (cpu === 'less' || capacity === 'more') winners.add('grpc')
  if (cpu === 'more' || capacity === 'less') winners.add('rest')
  if (winners.size === 2) return 'depends'
  const [winner] = winners
  return winner ?? (cpu === 'void' && capacity === 'void' ? 'void' : 'same')
}

function gathersFirst({ cpu, restBatching, grpcBatching }: Readonly<Record<Rule, Finding>>): boolean {
  if (restBatching.outcome !== 'less' || grpcBatching.outcome !== 'less') return false
  const times = (ratio = 1): number => Math.max(ratio, 1 / ratio)
  const choice = times(cpu.ratio?.estimate)
  return [restBatching, grpcBatching].every(({ ratio }) => times(ratio?.estimate) > choice)
}

/** The median of each round's first calls. */
function firstCallOf({ firstCalls }: Report, random: Random): Finding {
  const series = (arm: string): ReadonlyMap<number, number> =>
    new Map(
      firstCalls
        .filter((one) => one.arm === arm && one.voidBecause === undefined)
        .map(({ round, latency }) => [round, percentileMs(latency, 0.5)]),
    )
  const base = series(FIRST)
  const ratio = (arm: string): Interval | undefined => {
    const ratios = [...series(arm)].map(([round, ms]) => ms / (base.get(round) ?? Number.NaN))
    const valid = ratios.filter(Number.isFinite)
    return valid.length === 0 ? undefined : medianInterval(valid, random)
  }
  const again = ratio(AGAIN)
  const floor = again && floorOf(again)
  const found = ratio(SECOND)
  return {
    outcome: judge(found, floor),
    ...(found && { ratio: found }),
    ...(floor !== undefined && { floor }),
  }
}

/** Bytes do not depend on the machine: there is no noise, and one figure is enough. */
function bytesOf({ wire }: Report): Finding {
  const bytes = (arm: string): number => {
    const found = wire.find((one) => one.arm === arm)
    return found === undefined ? Number.NaN : found.sent + found.received
  }
  const estimate = bytes(SECOND) / bytes(FIRST)
  if (!Number.isFinite(estimate)) return { outcome: 'void' }
  const ratio = { estimate, low: estimate, high: estimate }
  return { outcome: judge(ratio, 0), ratio, floor: 0 }
}

function gapsOf(report: Report): readonly Gap[] {
  const measured = new Set(report.arms.map(({ name }) => name))
  const gaps: Gap[] = ['network', 'tls', 'languages', 'compression', 'streaming', 'machines']
  if (Object.values(PAIRS).some(({ of, to }) => !measured.has(of) || !measured.has(to))) gaps.push('quick')
  if (cellsOf(report, FIRST).every(({ cpuUs }) => Object.keys(cpuUs).length === 0)) gaps.push('cpu')
  if (report.cells.some(({ voidBecause }) => voidBecause !== undefined)) gaps.push('voidCells')
  return gaps
}
