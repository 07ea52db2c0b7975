/**
 * Watches how far the log and Valkey are, once a second, keeps the checkpoint, and repairs a Valkey that came back:
 *
 *   linked (writes checkpoints) ──connection lost──▶ away ──new connection──▶ doubtful (writes none)
 *      ▲                                                                        │ nothing is counted into another run of
 *      └───── says which run of Valkey has all ◀── counts what the log has more ◀┘ Valkey, see the epoch's `server`
 *
 * Where Kafka and Valkey turn out to hold data that do not belong together it stops the count and writes nothing more; a
 * Valkey with an older file is taken as it is, aloud, and the log is looked through from that file's checkpoint on.
 */
import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Admin, Kafka } from 'kafkajs'
import type { Domain } from '../../functions/_core/domain.ts'
import {
  EPOCH_KEY,
  type Epoch,
  epochOf,
  fieldsOf,
  type Generations,
  generationsOf,
  STOPPED_FIELD,
} from '../../functions/_core/epoch.ts'
import { connectOnce } from '../lib/connect-once.ts'
import { until } from '../lib/until.ts'
import { UserError } from '../lib/user-error.ts'
import { firstLook, runOf, topicIdsOf, topicProblems } from './agreement.ts'
import { type Checkpoints, checkpointsIn } from './checkpoint.ts'
import { type Repaired, repair } from './repair.ts'
import { lagOf, positionsOf, type TopicPosition } from './topic-position.ts'

export interface WatchOptions {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly valkeyUrl: string
  readonly prefix: string
  readonly domains: readonly Domain[]
  readonly epoch: Epoch
  readonly say: (line: string) => void
}

const PATIENCE_MS = 60_000
const POLL_MS = 200
/** A reader that cannot read for longer than a rebalance takes will not read by waiting. */
const BLOCKED_MS = 10_000

export class Watch {
  readonly #options: WatchOptions
  #valkey: Redis
  #checkpoints: Checkpoints
  #epoch: Epoch
  /** Why nothing can be counted until somebody repairs. */
  #disagreement: string | undefined
  #positions: readonly TopicPosition[] = []
  /** Valkey is another one than that of the last checkpoint. */
  #doubtful = false
  #repaired = 0
  #turn: Promise<void> = Promise.resolve()

  private constructor(options: WatchOptions, valkey: Redis) {
    this.#options = options
    this.#valkey = valkey
    this.#checkpoints = checkpointsIn(valkey, options.prefix)
    this.#epoch = options.epoch
  }

  static async open(options: WatchOptions): Promise<Watch> {
    return new Watch(options, await connectOnce(options.valkeyUrl))
  }

  /** As of the last look. */
  get positions(): readonly TopicPosition[] {
    return this.#positions
  }

  get lag(): number {
    return lagOf(this.#positions)
  }

  /** Events that Valkey had lost and has again. */
  get repaired(): number {
    return this.#repaired
  }

  /** Why Kafka and Valkey do not belong together, if they do not. */
  get disagreement(): string | undefined {
    return this.#disagreement
  }

  get generations(): Generations {
    return generationsOf(this.#epoch)
  }

  get valkey(): Redis {
    return this.#valkey
  }

  /** What an earlier run may have left uncounted although it was committed. The reader must not run yet. */
  async repairAtStart(): Promise<Repaired> {
    const positions = await firstLook(() => this.#look())
    const done = await this.#repairUpTo(positions, 'next')
    await this.#checkpoints.write(positions, this.#epoch)
    return done
  }

  /** One step of the watch; it never rejects, and says why when Kafka or Valkey is away. */
  async tick(): Promise<string | undefined> {
    const turn = this.#turn.then(() => this.#step())
    this.#turn = turn.catch(() => {})
    return turn.then(
      () => undefined,
      (error) => (error instanceof Error ? error.message : String(error)),
    )
  }

  /**
   * Resolves when all that was stored is counted, and what Valkey lost is repaired.
   * @param blocked why the reader reads nothing just now
   * @throws when nothing moves for a minute, or the reader says for some seconds that it cannot read
   */
  async drained(blocked: () => string | undefined = () => undefined): Promise<void> {
    let readable = performance.now()
    let moved = performance.now()
    let before = -1
    let problem: string | undefined
    const done = await until(
      async () => {
        problem = await this.tick()
        const left = this.lag + (this.#doubtful ? 1 : 0)
        if (left !== before) moved = performance.now()
        before = left
        if (problem === undefined && left === 0) return 'drained'
        const now = performance.now()
        const why = blocked()
        if (this.#disagreement !== undefined) return 'stuck'
        if (why === undefined) readable = now
        problem ??= why
        return now - moved > PATIENCE_MS || now - readable > BLOCKED_MS ? 'stuck' : undefined
      },
      Number.POSITIVE_INFINITY,
      POLL_MS,
    )
    if (done === 'stuck') {
      throw new UserError(
        `${this.lag} records wait to be counted, and none was for ${Math.round((performance.now() - moved) / 1000)} s` +
          `${problem === undefined ? '' : ` (${problem})`}: see the logs of source and aggregator.`,
      )
    }
  }

  async close(): Promise<void> {
    await this.#turn
    this.#valkey.disconnect()
  }

  async #step(): Promise<void> {
    if (this.#valkey.status !== 'ready') await this.#reconnect()
    const positions = await this.#look()
    await this.#requireAgreement()
    if (!this.#doubtful) {
      if (await this.#checkpoints.write(positions, this.#epoch)) return
      return await this.#requireAgreement()
    }
    const { looked, repaired } = await this.#repairUpTo(positions, 'end')
    this.#epoch = { ...this.#epoch, server: await runOf(this.#valkey) }
    await this.#valkey.hset(this.#options.prefix + EPOCH_KEY, fieldsOf(this.#epoch))
    this.#doubtful = false
    this.#options.say(`Valkey came back: ${looked} records looked up, ${repaired} counted again`)
  }

  /** @throws Error that says what does not belong together */
  async #requireAgreement(): Promise<void> {
    const { admin, prefix, domains } = this.#options
    const key = prefix + EPOCH_KEY
    const held = epochOf(await this.#valkey.hgetall(key))
    if (held === undefined) this.#disagreement = 'Valkey was emptied'
    else if (held.name !== this.#epoch.name) this.#disagreement = 'Valkey has the data of somewhere else'
    else this.#disagreement = held.stopped
    if (held !== undefined && this.#disagreement === undefined) {
      const [problem] = topicProblems(this.#epoch, await topicIdsOf({ admin, domains }))
      if (problem !== undefined) await this.#valkey.hset(key, STOPPED_FIELD, problem)
      this.#disagreement = problem
    }
    if (this.#disagreement === undefined) return
    throw new Error(`nothing is counted: ${this.#disagreement}; stop, then npm start -- --recount`)
  }

  /** What is missing in an older file is in the log: its own checkpoint says from where on. */
  async #acceptOlderFile(): Promise<void> {
    const key = this.#options.prefix + EPOCH_KEY
    const held = epochOf(await this.#valkey.hgetall(key))
    const ours = [this.#epoch.name, ...this.#epoch.after]
    if (held === undefined || !ours.includes(held.name)) return
    this.#epoch = { ...held, name: randomUUID(), after: [...new Set([held.name, ...ours])] }
    await this.#valkey.hset(key, fieldsOf(this.#epoch))
  }

  async #reconnect(): Promise<void> {
    this.#doubtful = true
    this.#valkey.disconnect()
    this.#valkey = await connectOnce(this.#options.valkeyUrl)
    this.#checkpoints = checkpointsIn(this.#valkey, this.#options.prefix)
    await this.#acceptOlderFile()
  }

  async #look(): Promise<readonly TopicPosition[]> {
    this.#positions = await positionsOf(this.#options.admin, this.#options.domains)
    return this.#positions
  }

  async #repairUpTo(positions: readonly TopicPosition[], end: 'next' | 'end'): Promise<Repaired> {
    const { kafka, prefix, say, domains } = this.#options
    const known = await this.#checkpoints.read()
    const ranges = positions.map((position) => {
      const from = new Map(
        [...position[end].keys()].map((partition) => [
          partition,
          known.get(position.topic)?.get(partition) ?? 0,
        ]),
      )
      return { topic: position.topic, from, to: position[end] }
    })
    const done = await repair({
      kafka,
      valkey: this.#valkey,
      prefix,
      epoch: this.#epoch,
      domains,
      say,
      ranges,
    })
    this.#repaired += done.repaired
    return done
  }
}
