/** What makes a cell's figures doubtful without making them void: each is shown beside them. */
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import type { ArmSpec } from './arms.ts'
import type { Cell, Flag } from './report.ts'

/** Share of its core from which on a client holds the server back. */
const CLIENT_LIMIT = 0.8
/** How far requests in flight may be from rate × time before something was not measured. */
const LITTLE_TOLERANCE = 0.1
/** Cores that others may take. */
const IDLE_CORES = 0.1
/** Of the requests. */
const FAILED_SHARE = 0.001
const US_PER_S = 1e6

type Facts = Omit<Cell, 'voidBecause' | 'flags'>

export function flagsOf(cell: Facts, load: Pick<ArmSpec['load'], 'connections' | 'streams'>): Flag[] {
  const found: [Flag, boolean][] = [
    ['clientLimited', cell.clientCore >= CLIENT_LIMIT],
    ['littlesLaw', violatesLittlesLaw(cell, load)],
    ['notIdle', (cell.idleCores ?? 0) > IDLE_CORES],
    ['disturbed', (cell.otherCores ?? 0) > IDLE_CORES],
    ['failures', cell.refused + cell.unknown > FAILED_SHARE * cell.events],
    ['skipped', cell.skipped > 0],
  ]
  return found.filter(([, is]) => is).map(([flag]) => flag)
}

/**
 * Little's law: what is in flight is rate × time in flight. In a closed loop as many are in flight as there are lanes,
 * unless the client itself needs long between an answer and the next request; in an open one it was measured.
 */
function violatesLittlesLaw(
  cell: Facts,
  { connections, streams }: Pick<ArmSpec['load'], 'connections' | 'streams'>,
) {
  if (cell.requests === 0) return false
  const expected = cell.load.kind === 'closed' ? connections * streams : cell.inFlight
  const meanS = decodeFromCompressedBase64(cell.service).mean / US_PER_S
  const inFlight = (cell.requests / cell.seconds) * meanS
  return Math.abs(inFlight / expected - 1) > LITTLE_TOLERANCE
}
