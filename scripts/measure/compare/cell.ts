/** One cell: a load of one arm in one round, what it cost, and whether its figures may be used. */

import type { Ask, LoadResult } from '../client/protocol.ts'
import { cpuOf, type OthersMeter } from '../machine.ts'
import type { Arm } from './arm.ts'
import { flagsOf } from './flags.ts'
import type { Cell, LoadKind, VoidReason } from './report.ts'

/** Before each load, so that no connection is opened in it: requests on each lane. They are counted, but not measured. */
const PRELUDE_REQUESTS = 2

export interface CellPlan {
  readonly round: number
  readonly load: LoadKind
  readonly ask: Extract<Ask, { kind: 'closed' | 'open' }>
  /** Cores that others took before the round. */
  readonly idleCores: number | undefined
}

export async function measureCell(arm: Arm, plan: CellPlan, others: OthersMeter): Promise<Cell> {
  const prelude = await arm.client.run({ kind: 'requests', each: PRELUDE_REQUESTS })
  const early = await settled(arm, prelude)
  others.cores()
  const pids = { ...arm.pids, client: arm.client.pid }
  const cpuBefore = cpuOf(pids)
  const load = await arm.client.run(plan.ask)
  const miscount = await settled(arm, load)
  const cpuAfter = cpuOf(pids)
  const otherCores = others.cores()
  const events = sum(load.stored)
  // A cell without events is void, and its cost is no number.
  const perEvent = (us: number): number => (events === 0 ? 0 : us / events)
  const cpuUs = Object.entries(cpuAfter).map(([name, us]) => [name, perEvent(us - (cpuBefore[name] ?? 0))])
  const { client = 0, ...servers }: Record<string, number> = Object.fromEntries(cpuUs)
  const cell = {
    arm: arm.spec.name,
    round: plan.round,
    load: plan.load,
    ...figures(load, events),
    cpuUs: servers,
    clientUs: client,
    idleCores: plan.idleCores,
    otherCores,
  }
  const voidBecause: VoidReason | undefined = early ?? miscount ?? (events === 0 ? 'empty' : undefined)
  return { ...cell, voidBecause, flags: flagsOf(cell, arm.spec.load) }
}

async function settled(
  arm: Arm,
  sent: Pick<LoadResult, 'stored' | 'unknown'>,
): Promise<VoidReason | undefined> {
  return arm.counts === undefined ? 'unchecked' : arm.counts.settle(sent)
}

function figures(load: LoadResult, events: number) {
  const { refused, skipped, answered, seconds, latency, service, inFlight, clientCore } = load
  return {
    seconds,
    events,
    requests: answered,
    unknown: sum(load.unknown),
    refused,
    skipped,
    eventsPerS: events / seconds,
    latency,
    service,
    inFlight,
    clientCore,
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
