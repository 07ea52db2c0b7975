/** Measures all arms of a plan, round by round. */
import { median } from '../../lib/statistics.ts'
import { othersMeter } from '../machine.ts'
import { type Arm, type Pipeline, startArm } from './arm.ts'
import { AGAIN, FIRST, SECOND } from './arms.ts'
import { type CellPlan, measureCell } from './cell.ts'
import { closedSeconds, type Plan } from './plan.ts'
import type { Progress } from './progress.ts'
import type { Cell, FirstCalls, Report, VoidReason } from './report.ts'
import { inTurns } from './rounds.ts'
import { measureSerialisation } from './serialisation.ts'
import { measureWire } from './wire.ts'

type Results = Pick<Report, 'rounds' | 'arms' | 'cells' | 'firstCalls' | 'wire' | 'serialisation'>

/** What a cell takes beside its load: prelude, waiting for the counts. */
const CELL_OVERHEAD_S = 0.3
const SHORTEST = 0.25
const MS_PER_S = 1_000

export async function measureAll(plan: Plan, pipeline: Pipeline, progress: Progress): Promise<Results> {
  const arms: Arm[] = []
  try {
    for (const [place, spec] of plan.arms.entries()) {
      const arm = await startArm(spec, pipeline, place)
      if (arm !== undefined) arms.push(arm)
    }
    for (const [done, arm] of arms.entries()) {
      progress.say(`warming up: ${arm.spec.name} (${done + 1} of ${arms.length})`)
      await arm.counts?.settle(await arm.client.run({ kind: 'closed', seconds: plan.warmUpS }))
    }
    return await new Comparison(shortened(plan, arms), arms, progress).run(pipeline.domain.name)
  } finally {
    await Promise.all(arms.map((arm) => arm.stop()))
  }
}

/** Seconds of load in all rounds. */
const closedTotal = (plan: Plan, arms: readonly Arm[]): number =>
  plan.rounds * arms.reduce((sum, { spec }) => sum + closedSeconds(plan, spec) + CELL_OVERHEAD_S, 0)
const openTotal = (plan: Plan): number =>
  plan.rounds * (plan.openShares.length * 2 + 1) * (plan.openS + CELL_OVERHEAD_S)

/** Of the limit, by the time that the process has run, without what comes after the rounds. */
const leftS = ({ limitS, tailS }: Plan): number => limitS - tailS - performance.now() / MS_PER_S

/** Loads as long as the limit allows: a busy machine starts slowly. */
function shortened(plan: Plan, arms: readonly Arm[]): Plan {
  const without = { ...plan, closedS: 0, openS: 0 }
  const overheadS = closedTotal(without, arms) + openTotal(without)
  const loadS = closedTotal(plan, arms) + openTotal(plan) - overheadS
  const factor = Math.min(1, Math.max(SHORTEST, (leftS(plan) - overheadS) / loadS))
  return { ...plan, closedS: plan.closedS * factor, openS: plan.openS * factor }
}

const NOTHING = { stored: [], unknown: [] }

class Comparison {
  readonly #plan: Plan
  readonly #arms: readonly Arm[]
  readonly #progress: Progress
  readonly #others
  readonly #cells: Cell[] = []
  readonly #firstCalls: FirstCalls[] = []
  /** Seconds of all rounds, and of those that are over. */
  readonly #totalS: number
  #doneS = 0

  constructor(plan: Plan, arms: readonly Arm[], progress: Progress) {
    this.#plan = plan
    this.#arms = arms
    this.#progress = progress
    const pids = [...new Set(arms.flatMap(({ pids, client }) => [...Object.values(pids), client.pid]))]
    this.#others = othersMeter(() => [...pids, process.pid])
    this.#totalS = closedTotal(plan, arms) + openTotal(plan)
  }

  async run(domain: string): Promise<Results> {
    const closedShare = closedTotal(this.#plan, this.#arms)
    const part = closedShare / (closedShare + openTotal(this.#plan))
    const closedEndMs = performance.now() + leftS(this.#plan) * part * MS_PER_S
    const rounds = await inTurns(this.#arms, this.#until(closedEndMs), this.#others, async (arm, at) => {
      const seconds = closedSeconds(this.#plan, arm.spec)
      await this.#cell(arm, { ...at, load: { kind: 'closed' }, ask: { kind: 'closed', seconds } })
      if (FIRST_CALLS.has(arm.spec.name)) await this.#callFirst(arm, at.round)
    })
    await this.#openRounds()
    this.#progress.say('bytes on the wire, and serialisation alone')
    const wire = []
    for (const arm of this.#arms.filter(({ spec }) => spec.name !== AGAIN)) wire.push(await measureWire(arm))
    return {
      rounds,
      arms: this.#arms.map(({ spec, bytes }) => ({ ...spec, bytes })),
      cells: this.#cells,
      firstCalls: this.#firstCalls,
      wire,
      serialisation: await measureSerialisation(domain, rounds, this.#plan.codecMs),
    }
  }

  #until(endMs: number) {
    return { rounds: this.#plan.rounds, endMs }
  }

  #openArms(): { arm: Arm; share: number }[] {
    const { openShares, againShare } = this.#plan
    return openShares.flatMap((share) =>
      this.#arms
        .filter(
          ({ spec: { name } }) =>
            name === FIRST || name === SECOND || (name === AGAIN && share === againShare),
        )
        .map((arm) => ({ arm, share })),
    )
  }

  async #openRounds(): Promise<void> {
    const capacity = Math.min(...[FIRST, SECOND].map((name) => this.#capacityOf(name)))
    if (!Number.isFinite(capacity)) return
    const end = this.#until(performance.now() + leftS(this.#plan) * MS_PER_S)
    await inTurns(this.#openArms(), end, this.#others, async ({ arm, share }, at) => {
      const perSecond = capacity * share
      // The same moments for every endpoint of a round.
      const ask = { kind: 'open', seconds: this.#plan.openS, perSecond, seed: at.round } as const
      await this.#cell(arm, { ...at, load: { kind: 'open', share, perSecond }, ask })
    })
    for (const arm of this.#arms) await this.#checkLast(arm)
  }

  #capacityOf(arm: string): number {
    return median(this.#cells.filter((cell) => cell.arm === arm).map(({ eventsPerS }) => eventsPerS))
  }

  async #cell(arm: Arm, plan: CellPlan): Promise<void> {
    const { rounds } = this.#plan
    const at = plan.load.kind === 'open' ? `, ${Math.round(plan.load.share * 100)} % of capacity` : ''
    this.#progress.say(
      `round ${plan.round + 1} of ${rounds}: ${arm.spec.name}${at}`,
      this.#doneS / this.#totalS,
    )
    this.#doneS += plan.ask.seconds + CELL_OVERHEAD_S
    await this.#checkLast(arm)
    this.#cells.push(await measureCell(arm, plan, this.#others))
  }

  /** What was counted too often only after the last cell of an arm was measured. */
  async #checkLast(arm: Arm): Promise<void> {
    const late = await arm.counts?.settle(NOTHING)
    const last = this.#cells.findLastIndex((cell) => cell.arm === arm.spec.name)
    const cell = this.#cells[last]
    if (late !== undefined && cell !== undefined) this.#cells[last] = { ...cell, voidBecause: late }
  }

  async #callFirst(arm: Arm, round: number): Promise<void> {
    const load = await arm.client.run({ kind: 'first', count: this.#plan.firstCalls })
    const wrong: VoidReason | undefined =
      arm.counts === undefined ? 'unchecked' : await arm.counts.settle(load)
    this.#firstCalls.push({ arm: arm.spec.name, round, latency: load.service, voidBecause: wrong })
  }
}

const FIRST_CALLS = new Set([FIRST, SECOND, AGAIN])
