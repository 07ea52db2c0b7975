/**
 * One supervised child, in a process group of its own:
 *
 *   running ──dies──▶ waiting (200 ms, doubling to 5 s) ──▶ running
 *      └─────────stop()──────────┴──▶ stopped
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../lib/until.ts'
import { groupAlive, signalGroup } from './group.ts'
import { type Command, type Ending, spawnGroup } from './spawn.ts'

const FIRST_BACKOFF_MS = 200
const LAST_BACKOFF_MS = 5_000
/** One that ran this long was well: its next death is a first one again. */
const WELL_AFTER_MS = 10_000
/** From SIGTERM to SIGKILL. */
const STOP_MS = 10_000
const TAIL_LINES = 12

export interface ChildSpec extends Command {
  /** Start it again when it dies unexpectedly. Default: yes. */
  restart?: boolean
}

export interface Death {
  name: string
  pid: number
  exitCode: number | undefined
  signal: string | undefined
  /** Deaths so far, this one included. */
  deaths: number
  /** When it starts again; undefined if it does not. */
  restartInMs: number | undefined
}

export interface ChildEvents {
  logDir: string
  onStart: (groupId: number) => void
  onGone: (groupId: number) => void
  onDeath: (death: Death) => void
}

export class Child {
  readonly name: string
  readonly #spec: ChildSpec
  readonly #events: ChildEvents
  #running = false
  #pid = 0
  #exitCode: number | undefined
  #deaths = 0
  #backoffMs = FIRST_BACKOFF_MS
  #timer: NodeJS.Timeout | undefined
  #stopping = false
  #ended: Promise<void> = Promise.resolve()

  constructor(spec: ChildSpec, events: ChildEvents) {
    this.name = spec.name
    this.#spec = spec
    this.#events = events
    mkdirSync(events.logDir, { recursive: true })
    this.#spawn('w')
  }

  /** Of the newest incarnation; also the id of its process group. */
  get pid(): number {
    return this.#pid
  }

  /** How often it died without being told to. */
  get deaths(): number {
    return this.#deaths
  }

  get running(): boolean {
    return this.#running
  }

  /** Somebody has told it to end. */
  get stopping(): boolean {
    return this.#stopping
  }

  get logFile(): string {
    return join(this.#events.logDir, `${this.name}.log`)
  }

  /** The end of its log, for an error message. */
  logTail(): string {
    return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
  }

  /** To the whole group; a death that follows counts as unexpected. */
  kill(signal: NodeJS.Signals): void {
    if (this.running) signalGroup(this.#pid, signal)
  }

  /** SIGTERM, up to 10 s, then SIGKILL, both to the group. @returns once none of it is left */
  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    if (!this.#running) return
    signalGroup(this.#pid, 'SIGTERM')
    const gone = await until(() => !groupAlive(this.#pid), STOP_MS)
    if (!gone) signalGroup(this.#pid, 'SIGKILL')
    await this.#ended
    this.#events.onGone(this.#pid)
  }

  /** When this incarnation has ended: its exit code, or undefined if a signal ended it. */
  async exited(): Promise<number | undefined> {
    await this.#ended
    return this.#exitCode
  }

  #spawn(flag: 'w' | 'a'): void {
    const { pid, ended } = spawnGroup(this.#spec, this.logFile, flag)
    this.#pid = pid
    this.#running = true
    this.#events.onStart(pid)
    this.#ended = this.#watch(pid, ended)
  }

  async #watch(pid: number, ended: Promise<Ending>): Promise<void> {
    const startedMs = performance.now()
    const { exitCode, signal } = await ended
    this.#running = false
    this.#exitCode = exitCode
    if (this.#stopping) return
    // What it had started goes with it: the next incarnation must find the ports free.
    signalGroup(pid, 'SIGKILL')
    this.#events.onGone(pid)
    if (performance.now() - startedMs > WELL_AFTER_MS) this.#backoffMs = FIRST_BACKOFF_MS
    this.#deaths += 1
    const restartInMs = (this.#spec.restart ?? true) ? this.#backoffMs : undefined
    this.#events.onDeath({ name: this.name, pid, exitCode, signal, deaths: this.#deaths, restartInMs })
    if (restartInMs === undefined) return
    this.#timer = setTimeout(() => this.#spawn('a'), restartInMs)
    this.#backoffMs = Math.min(this.#backoffMs * 2, LAST_BACKOFF_MS)
  }
}
