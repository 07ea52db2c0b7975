/** Figures of a report: of each arm over its rounds, and between two arms, round by round. */
import { type Interval, median, medianInterval, type Random } from '../../lib/statistics.ts'
import type { ByName } from '../machine.ts'
import { AGAIN, FIRST } from './arms.ts'
import { percentileMs } from './histogram.ts'
import type { Cell, Report } from './report.ts'

/** A figure that arms are compared by. */
export type Figure = 'capacity' | 'cpu' | 'clientCpu' | 'openCpu' | 'p50' | 'p99'

/** The share of capacity at which latencies are compared. */
export const MIDDLE_SHARE = 0.6
/** Fewer rounds that are valid for both say nothing. */
const LEAST_ROUNDS = 3

const OPEN_FIGURES: readonly Figure[] = ['openCpu', 'p50', 'p99']

/** CPU of all servers per event, in microseconds; undefined when none of their processes could be seen. */
export const serversUs = ({ cpuUs }: Cell): number | undefined => {
  const total = Object.values(cpuUs).reduce((sum, us) => sum + us, 0)
  return total > 0 ? total : undefined
}

const OF_CELL: Readonly<Record<Figure, (cell: Cell) => number | undefined>> = {
  capacity: ({ eventsPerS }) => eventsPerS,
  cpu: serversUs,
  clientCpu: ({ clientUs }) => (clientUs > 0 ? clientUs : undefined),
  openCpu: serversUs,
  p50: ({ latency }) => percentileMs(latency, 0.5),
  p99: ({ latency }) => percentileMs(latency, 0.99),
}

/** Valid cells of an arm: of the closed loop, or of the open one at a share of the capacity. */
export const cellsOf = ({ cells }: Pick<Report, 'cells'>, arm: string, share?: number): readonly Cell[] =>
  cells.filter(
    (cell) =>
      cell.arm === arm &&
      cell.voidBecause === undefined &&
      (cell.load.kind === 'open' ? cell.load.share : undefined) === share,
  )

/** By round. */
function seriesOf(report: Report, arm: string, figure: Figure): ReadonlyMap<number, number> {
  const cells = cellsOf(report, arm, OPEN_FIGURES.includes(figure) ? MIDDLE_SHARE : undefined)
  const found = cells.map((cell) => [cell.round, OF_CELL[figure](cell)] as const)
  return new Map(found.filter((pair): pair is [number, number] => pair[1] !== undefined))
}

/** @returns undefined when too few rounds are valid */
export function intervalOf(
  report: Report,
  arm: string,
  figure: Figure,
  random: Random,
): Interval | undefined {
  const values = [...seriesOf(report, arm, figure).values()]
  return values.length < LEAST_ROUNDS ? undefined : medianInterval(values, random)
}

/**
 * How many times as much the other has, compared within each round, so that what changed between rounds is out of it.
 *
 * @returns undefined when too few rounds are valid for both
 */
export function ratioOf(
  report: Report,
  figure: Figure,
  { of, to }: { readonly of: string; readonly to: string },
  random: Random,
): Interval | undefined {
  const base = seriesOf(report, to, figure)
  const ratios = [...seriesOf(report, of, figure)].flatMap(([round, value]) => {
    const other = base.get(round)
    return other === undefined || other === 0 ? [] : [value / other]
  })
  return ratios.length < LEAST_ROUNDS ? undefined : medianInterval(ratios, random)
}

/** A smaller difference is none, however quiet the machine is: the next version of Node brings as much. */
const LEAST_DIFFERENCE = 0.03

/** How far the same thing measured twice is from itself, at worst: 0.05 is five per cent either way. */
export function noiseFloor(report: Report, figure: Figure, random: Random): number | undefined {
  const ratio = ratioOf(report, figure, { of: AGAIN, to: FIRST }, random)
  return ratio && floorOf(ratio)
}

/** @param again of the same thing to itself */
export const floorOf = ({ low, high }: Interval): number => Math.max(high - 1, 1 / low - 1, LEAST_DIFFERENCE)

/** Medians of CPU microseconds per event. */
export function cpuByProcess(report: Report, arm: string): ByName {
  const cells = cellsOf(report, arm)
  const names = new Set(cells.flatMap(({ cpuUs }) => Object.keys(cpuUs)))
  return Object.fromEntries(
    [...names].map((name) => [name, median(cells.map(({ cpuUs }) => cpuUs[name] ?? 0))]),
  )
}
