/** How much is measured, and for how long. */
import { ALL_ARMS, type ArmSpec, QUICK_ARMS } from './arms.ts'
import { MIDDLE_SHARE } from './figures.ts'

export interface Plan {
  readonly arms: readonly ArmSpec[]
  readonly rounds: number
  readonly warmUpS: number
  readonly closedS: number
  readonly openS: number
  /** Of the slower endpoint's capacity. */
  readonly openShares: readonly number[]
  /** The share at which the A/A pair is compared as well. */
  readonly againShare: number
  /** In a round, of each endpoint. */
  readonly firstCalls: number
  /** Of serialisation alone, for each format and size in a round; 0: it is left out. */
  readonly codecMs: number
  /** All of it, with its start; loads get shorter, then rounds fewer, when it would not be enough. */
  readonly limitS: number
  /** Of it, what comes after the rounds: bytes on the wire, serialisation. */
  readonly tailS: number
}

/** Fewer give no interval worth its name. */
const ROUNDS = 7

export const FULL: Plan = {
  arms: ALL_ARMS,
  rounds: ROUNDS,
  warmUpS: 3,
  closedS: 2,
  openS: 4,
  openShares: [0.3, MIDDLE_SHARE, 0.8],
  againShare: MIDDLE_SHARE,
  firstCalls: 20,
  codecMs: 200,
  limitS: 15 * 60,
  tailS: 60,
}

export const QUICK: Plan = {
  arms: QUICK_ARMS,
  rounds: ROUNDS,
  warmUpS: 1,
  closedS: 0.6,
  openS: 0.8,
  openShares: [MIDDLE_SHARE],
  againShare: MIDDLE_SHARE,
  firstCalls: 10,
  codecMs: 60,
  limitS: 3 * 60,
  tailS: 25,
}

/** Large batches bring many events in a short time, and each of them has to be counted before the next cell. */
const BATCH_SHARE = 0.4
const LARGE_BATCH = 50

export const closedSeconds = ({ closedS }: Plan, { load }: ArmSpec): number =>
  (load.items ?? 1) >= LARGE_BATCH ? closedS * BATCH_SHARE : closedS
