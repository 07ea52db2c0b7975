/** The figures of a run while it goes on, gathered about once a second. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Domain } from '../../../functions/_core/domain.ts'
import { ENDPOINTS } from '../../../functions/_core/topology.ts'
import type { LoadEvidence } from '../../ledger/evidence.ts'
import { recordsBetween, type TopicPosition } from '../../ledger/topic-position.ts'
import type { Watch } from '../../ledger/watch.ts'
import type { Load, LoadFigures } from '../load.ts'
import { type Board, readBoards } from './board.ts'
import type { Probe } from './probes.ts'

export interface Live {
  readonly seconds: number
  readonly accepted: number
  readonly acceptedPerSecond: number
  readonly counted: number
  readonly countedPerSecond: number
  /** Of the last second's answers. */
  readonly p50Ms: number | null
  readonly p99Ms: number | null
  readonly lag: number
  readonly retries: number
  /** Refused, without an answer, dead letters, or lost by a source. */
  readonly errors: number
  readonly missedStarts: number
  readonly repaired: number
  readonly boards: readonly Board[]
  /** What is unavailable just now. */
  readonly problem: string | undefined
  /** While it stops. */
  readonly waitingFor: string | undefined
}

const PERIOD_MS = 1_000
const NOTHING: LoadFigures = {
  kind: 'second',
  seconds: 0,
  sent: 0,
  acknowledged: 0,
  refused: 0,
  unknown: 0,
  repeated: 0,
  calls: 0,
  missed_starts: 0,
  users: 0,
  rps: null,
  p50_ms: null,
  p99_ms: null,
}

export interface FiguresOptions {
  readonly watch: Watch
  readonly probes: readonly Probe[]
  readonly domains: readonly Domain[]
  /** Comes before every key. */
  readonly prefix: string
  readonly boards: readonly Board[]
}

/** Records that neither were counted nor are dead letters, and never will be. */
export interface Loss {
  readonly count: number
  readonly last: string | undefined
}

export const lossLine = ({ count, last }: Loss): string | undefined =>
  count === 0 ? undefined : `${count} LOST as on a cluster, the last ${last}`

/** A total that grows, and how fast it last did. */
interface Pace {
  readonly atMs: number
  readonly total: number
  readonly perSecond: number
}

export class Figures {
  readonly #options: FiguresOptions
  readonly #probes: Probe[]
  readonly #start: readonly TopicPosition[]
  readonly #startCounted: number
  readonly #startAnswered: number
  readonly #startStored: number
  readonly #startCpuUs: ReadonlyMap<Probe, number>
  readonly #startMs = performance.now()
  readonly #stop = new AbortController()
  #load: Load | undefined
  #sum: LoadFigures = NOTHING
  #last: LoadFigures = NOTHING
  #total: LoadFigures | undefined
  #boards: readonly Board[]
  #counted: Pace
  #stored: Pace
  #problem: string | undefined
  #waitingFor: (() => string) | undefined
  #loop: Promise<void> | undefined

  /** @param options as things are when the run begins */
  constructor(options: FiguresOptions) {
    this.#options = options
    this.#probes = [...options.probes]
    this.#start = options.watch.positions
    this.#boards = options.boards
    this.#startCounted = countedOf(options.boards)
    this.#startAnswered = answeredBy(this.#probes)
    this.#startStored = storedBy(this.#probes)
    this.#startCpuUs = new Map(this.#probes.map((probe) => [probe, probe.cpuUs]))
    this.#counted = this.#stored = { atMs: this.#startMs, total: 0, perSecond: 0 }
  }

  follow(load: Load, probe: Probe): void {
    this.#load = load
    this.#probes.push(probe)
  }

  /** From now on the run stops, and this is what it waits for. */
  waitFor(what: () => string): void {
    this.#waitingFor = what
  }

  run(): void {
    this.#loop = this.#keepLooking()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#loop
    await this.look()
  }

  /** CPU time of each process since the run began, in microseconds. */
  get cpuUs(): [name: string, us: number][] {
    return this.#probes.map((probe) => [probe.name, probe.cpuUs - (this.#startCpuUs.get(probe) ?? 0)])
  }

  loadEvidence({ receiptsFile }: Load): LoadEvidence {
    const { sent, acknowledged, refused } = this.load
    // What a load that had to be killed had in flight was never answered.
    const figures = { ...this.load, unknown: sent - acknowledged - refused }
    return { figures, receiptsFile, answered: answeredBy(this.#probes) - this.#startAnswered }
  }

  /** What the load did; the sum of its seconds if it did not live to tell. */
  get load(): LoadFigures {
    return this.#total ?? this.#sum
  }

  get loadIsComplete(): boolean {
    return this.#load === undefined || this.#total !== undefined
  }

  now(): Live {
    this.#pollLoad()
    const { positions, lag, repaired } = this.#options.watch
    const dead = positions.reduce(
      (sum, { deadLetters }, index) =>
        sum + recordsBetween(this.#start[index]?.deadLetters ?? new Map(), deadLetters),
      0,
    )
    const { refused, unknown, missed_starts } = this.load
    const isLoaded = this.#load !== undefined && this.#total === undefined
    return {
      seconds: (performance.now() - this.#startMs) / 1000,
      accepted: this.#load === undefined ? this.#stored.total : this.load.acknowledged,
      acceptedPerSecond: isLoaded ? (this.#last.rps ?? 0) : this.#stored.perSecond,
      counted: this.#counted.total,
      countedPerSecond: this.#counted.perSecond,
      p50Ms: this.#last.p50_ms,
      p99Ms: this.#last.p99_ms,
      lag,
      retries: this.#probes.reduce((sum, probe) => sum + probe.retries, 0),
      errors: refused + unknown + dead + this.lost.count,
      missedStarts: missed_starts,
      repaired,
      boards: this.#boards,
      problem: this.#problem ?? this.problem ?? lossLine(this.lost),
      waitingFor: this.#waitingFor?.(),
    }
  }

  /** Why the sources deliver nothing just now. */
  get problem(): string | undefined {
    return this.#probes.find(({ problem }) => problem !== undefined)?.problem
  }

  /** What the sources lost since they started, as they would on a cluster. */
  get lost(): Loss {
    const count = this.#probes.reduce((sum, probe) => sum + probe.lost, 0)
    const last = this.#probes.find(({ lastLost }) => lastLost !== undefined)?.lastLost
    return { count, last }
  }

  /** Asks every part once. */
  async look(): Promise<void> {
    await Promise.all([this.#lookAtBoards().catch(() => {}), ...this.#probes.map((probe) => probe.ask())])
    this.#stored = paceTo(this.#stored, storedBy(this.#probes) - this.#startStored)
    this.#pollLoad()
  }

  async #keepLooking(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const [problem] = await Promise.all([this.#options.watch.tick(), this.look()])
      this.#problem = problem
      await delay(PERIOD_MS, undefined, { signal }).catch(() => {})
    }
  }

  async #lookAtBoards(): Promise<void> {
    const { watch, domains, prefix } = this.#options
    this.#boards = await readBoards(watch.valkey, domains, prefix)
    this.#counted = paceTo(this.#counted, countedOf(this.#boards) - this.#startCounted)
  }

  #pollLoad(): void {
    for (const line of this.#load?.poll() ?? []) {
      if (line.kind === 'total') {
        this.#total = line
        continue
      }
      this.#last = line
      this.#sum = added(this.#sum, line)
    }
  }
}

const countedOf = (boards: readonly Board[]): number => boards.reduce((sum, { counted }) => sum + counted, 0)

/** The endpoints answer each other too; only what the first one answered came from outside. */
const answeredBy = (probes: readonly Probe[]): number =>
  probes.find(({ name }) => name === ENDPOINTS[0])?.answered ?? 0

/** By whatever endpoint they came in. */
const storedBy = (probes: readonly Probe[]): number => probes.reduce((sum, { stored }) => sum + stored, 0)

function paceTo({ atMs, total }: Pace, now: number): Pace {
  const nowMs = performance.now()
  return { atMs: nowMs, total: now, perSecond: Math.max(0, ((now - total) / (nowMs - atMs)) * 1000) }
}

const added = (one: LoadFigures, other: LoadFigures): LoadFigures => ({
  ...other,
  seconds: one.seconds + other.seconds,
  sent: one.sent + other.sent,
  acknowledged: one.acknowledged + other.acknowledged,
  refused: one.refused + other.refused,
  unknown: one.unknown + other.unknown,
  repeated: one.repeated + other.repeated,
  missed_starts: one.missed_starts + other.missed_starts,
})
