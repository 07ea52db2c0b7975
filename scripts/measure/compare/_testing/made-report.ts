/** A report whose figures are known: what each arm costs and takes, with a little noise that is the same each time. */
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js'
import { randomFrom } from '../../../lib/statistics.ts'
import { AGAIN, ALL_ARMS, type ArmSpec, FIRST, SECOND } from '../arms.ts'
import type { Cell, LoadKind, Report, Serialisation } from '../report.ts'

export interface Made {
  /** CPU microseconds of an event, by process. */
  readonly cpuUs?: Readonly<Record<string, number>>
  readonly clientUs?: number
  readonly eventsPerS?: number
  readonly latencyMs?: number
  readonly firstMs?: number
  readonly wireBytes?: number
  readonly voidBecause?: Cell['voidBecause']
}

export interface MadeOptions {
  /** By arm; the others are as the first. */
  readonly arms?: Readonly<Record<string, Made>>
  readonly specs?: readonly ArmSpec[]
  /** 0.02: figures of a round are up to 2 % off. */
  readonly noise?: number
  readonly serialisation?: readonly Serialisation[]
}

const ROUNDS = 7
/** The arms that have open loops. */
const OPEN = new Set([FIRST, SECOND, AGAIN])
const SHARES = [0.3, 0.6, 0.8]
const CALLS = 500
const US_PER_MS = 1_000
const PLAIN = { cpuUs: { ingest: 40, bridge: 20, publisher: 20, kafka: 20 }, clientUs: 20, eventsPerS: 5_000 }

export function madeReport({
  arms = {},
  specs = ALL_ARMS,
  noise = 0.02,
  serialisation = [],
}: MadeOptions = {}): Report {
  const random = randomFrom(5)
  const about = (value: number): number => value * (1 + noise * (2 * random() - 1))
  const made = (arm: string) => ({ ...PLAIN, latencyMs: 5, firstMs: 4, wireBytes: 400, ...arms[arm] })
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round)
  const loads: LoadKind[] = [
    { kind: 'closed' },
    ...SHARES.map((share) => ({ kind: 'open' as const, share, perSecond: 3_000 * share })),
  ]
  const cell = (arm: string, round: number, load: LoadKind): Cell => {
    const { cpuUs, clientUs, eventsPerS, latencyMs, voidBecause } = made(arm)
    const latency = histogram(about(latencyMs))
    return {
      arm,
      round,
      load,
      seconds: 1,
      events: CALLS,
      requests: CALLS,
      unknown: 0,
      refused: 0,
      skipped: 0,
      eventsPerS: about(eventsPerS),
      cpuUs: Object.fromEntries(Object.entries(cpuUs).map(([name, us]) => [name, about(us)])),
      clientUs: about(clientUs),
      clientCore: 0.2,
      inFlight: 5,
      latency,
      service: latency,
      voidBecause,
      flags: [],
    }
  }
  const names = specs.map(({ name }) => name)
  return {
    version: 1,
    stamp: STAMP,
    rounds: ROUNDS,
    arms: [...specs],
    cells: names.flatMap((arm) => {
      const of = OPEN.has(arm) ? loads : loads.slice(0, 1)
      return rounds.flatMap((round) => of.map((load) => cell(arm, round, load)))
    }),
    firstCalls: names
      .filter((arm) => OPEN.has(arm))
      .flatMap((arm) =>
        rounds.map((round) => ({ arm, round, latency: histogram(about(made(arm).firstMs)) })),
      ),
    wire: names.map((arm) => {
      const half = made(arm).wireBytes / 2
      return { arm, sent: half, received: half, firstSent: half, firstReceived: half }
    }),
    serialisation: [...serialisation],
  }
}

const STAMP = {
  at: '2026-11-27T12:00:00.000Z',
  commit: 'abcdef0',
  node: 'v24.0.0',
  cpu: 'A processor <of> "tests"',
  cores: 2,
  memoryMib: 4_096,
  kernel: 'Linux 6.1',
  command: 'npm run compare',
  seed: 1,
  against: 'stack',
}

/** Calls that last from half to twice as long as the middle one. */
function histogram(ms: number): string {
  const values = build()
  for (let call = 0; call < CALLS; call++)
    values.recordValue(Math.max(1, Math.round(ms * US_PER_MS * 2 ** ((2 * call) / CALLS - 1))))
  return encodeIntoCompressedBase64(values)
}
