/**
 * Watches that Valkey holds the data it held. `unknown` → `holds` (the epoch that was there, or a new one) → `disagrees`:
 *
 * - the epoch is gone or another one: Valkey was emptied, or has the data of somewhere else;
 * - what it applied last is older than what it must have on disk: it was restored from an older file;
 * - somebody stopped the count, as this does when a topic was made again.
 *
 * It goes back to `holds` when the epoch is there again, or one that took its place on purpose. The script compares the
 * epoch with each batch, so nothing is counted between a change and the next look.
 */
import {
  EPOCH_FIELDS,
  EPOCH_KEY,
  type Epoch,
  epochOf,
  idsField,
  STOPPED_FIELD,
  topicProblem,
} from '../../_core/epoch.ts'
import { asFailure, Failure } from '../../_core/errors.ts'
import { LAST_APPLIED_FIELD, STATS_KEY } from '../../_core/keys.ts'
import type { Clock, Readiness } from '../../_core/ports.ts'

/** The calls this needs of a Valkey client. */
export interface EpochClient {
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>
  hset(key: string, field: string, value: string): Promise<unknown>
  /** Only when the field is not there. */
  hsetnx(key: string, field: string, value: string): Promise<unknown>
  /** The run of Valkey that commands go to now; undefined until that is known. */
  server?(): string | undefined
}

export interface EpochOptions {
  /** Comes before every key. */
  readonly prefix: string
  /** Those whose ids matter. */
  readonly topics: readonly string[]
  /** For a Valkey that has none yet; different each time. */
  readonly newName: string
  readonly clock: Clock
}

export interface EpochGuard {
  /** The epoch to count in. @throws Failure `unavailable` while Valkey and the log disagree */
  current(): Promise<Epoch>
  /** Looks again; for the script found another one, or time has passed. */
  look(): Promise<void>
  /** A record says which id its topic has. @throws Failure `unavailable` when it was made again */
  requireTopic(topic: string, id: string): Promise<void>
  /** Why nothing is counted. */
  readonly readiness: Readiness
}

/** What Valkey writes at least this long before a crash is on its disk: it flushes once a second. */
const DURABLE_MS = 5_000
/** Between two looks that nobody asks for. */
export const LOOK_MS = 2_000

export function guardEpoch(
  client: EpochClient,
  { prefix, topics, newName, clock }: EpochOptions,
): EpochGuard {
  const [epochKey, statsKey] = [prefix + EPOCH_KEY, prefix + STATS_KEY]
  const fields = [...EPOCH_FIELDS, ...topics.map(idsField)]
  let held: Epoch | undefined
  let problem: string | undefined
  let applied = newHistory(clock)

  async function look(): Promise<void> {
    const [values, [last]] = await Promise.all([
      client.hmget(epochKey, ...fields),
      client.hmget(statsKey, LAST_APPLIED_FIELD),
    ])
    const found = epochOf(
      Object.fromEntries(fields.flatMap((field, at) => (values[at] == null ? [] : [[field, values[at]]]))),
    )
    if (held === undefined && found === undefined) {
      await client.hsetnx(epochKey, 'epoch', newName)
      return look()
    }
    problem = disagreement(held, found, applied.isBefore(Number(last ?? 0)))
    if (problem !== undefined || found === undefined) return
    if (held?.name !== found.name) applied = newHistory(clock)
    held = found
    applied.note(Number(last ?? 0))
  }

  const isRestarted = (): boolean =>
    held?.server !== undefined && client.server !== undefined && client.server() !== held.server

  async function current(): Promise<Epoch> {
    if (held === undefined || problem !== undefined || isRestarted()) await orUnavailable(look())
    if (isRestarted())
      throw new Failure('unavailable', 'Valkey has started anew: what it lost is counted first')
    if (held === undefined || problem !== undefined) throw new Failure('unavailable', problem ?? 'no epoch')
    return held
  }

  return {
    current,
    look,
    readiness: () => problem,
    requireTopic: async (topic, id) => {
      const epoch = await current()
      if (!epoch.topicIds.has(topic)) {
        await orUnavailable(client.hsetnx(epochKey, idsField(topic), id).then(look))
        return
      }
      const why = topicProblem(epoch, topic, id)
      if (why === undefined) return
      await orUnavailable(client.hset(epochKey, STOPPED_FIELD, why).then(look))
      throw new Failure('unavailable', why)
    },
  }
}

/** A Valkey that is away is asked again, by whoever delivers. */
const orUnavailable = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw asFailure(error, 'unavailable')
  })

function disagreement(
  held: Epoch | undefined,
  found: Epoch | undefined,
  isOlder: boolean,
): string | undefined {
  if (found === undefined) return `Valkey was emptied: the epoch ${held?.name} is gone`
  const isSuccessor = held !== undefined && found.after.includes(held.name)
  if (held !== undefined && found.name !== held.name && !isSuccessor) {
    return `Valkey has other data: the epoch ${found.name}, not ${held.name}`
  }
  if (found.stopped !== undefined) return found.stopped
  return isOlder && !isSuccessor ? 'Valkey was restored from an older file: counts are missing' : undefined
}

/** What was applied last, look by look. */
function newHistory(clock: Clock) {
  let looks: { readonly atMs: number; readonly appliedMs: number }[] = []
  return {
    note: (appliedMs: number): void => {
      const durable = looks.findLast(({ atMs }) => atMs <= clock() - DURABLE_MS)
      looks = [...looks.filter((look) => durable === undefined || look.atMs >= durable.atMs)]
      looks.push({ atMs: clock(), appliedMs })
    },
    /** Whether it must have been on disk that more was applied. */
    isBefore: (appliedMs: number): boolean =>
      looks.some((look) => look.atMs <= clock() - DURABLE_MS && look.appliedMs > appliedMs),
  }
}
