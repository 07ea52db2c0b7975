/**
 * Whether Kafka and Valkey hold data that belong together, found out before anything is counted; and the repair, which is
 * counting the log again: a new epoch, no checkpoint, and each event of the log that Valkey does not know counts.
 */

import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Admin } from 'kafkajs'
import type { Domain } from '../../functions/_core/domain.ts'
import { EPOCH_KEY, type Epoch, epochOf, fieldsOf, topicProblem } from '../../functions/_core/epoch.ts'
import { STATS_KEY } from '../../functions/_core/keys.ts'
import { topicsOf } from '../../functions/_core/registry.ts'
import { committedOffsets, logRange } from '../lib/kafka/offsets.ts'
import { consumerGroup } from '../lib/kafka/source-names.ts'
import { untilAnswered } from '../lib/until.ts'
import { UserError } from '../lib/user-error.ts'
import { CHECKPOINT_KEY, checkpointsIn } from './checkpoint.ts'

export interface AgreementOptions {
  readonly admin: Admin
  readonly valkey: Redis
  /** Comes before every key. */
  readonly prefix: string
  readonly domains: readonly Domain[]
  /** Repairs what does not agree. */
  readonly recount: boolean
  readonly say: (line: string) => void
}

const FIRST_LOOK_MS = 30_000
const REPAIRS =
  'Count the log again with `npm start -- --recount`, or forget the data of both with `npm start -- --fresh`.'

/** @returns the epoch to count in @throws UserError that says what does not agree, and what to do */
export async function agree(options: AgreementOptions): Promise<Epoch> {
  const { valkey, prefix, recount, say } = options
  const held = epochOf(await valkey.hgetall(prefix + EPOCH_KEY))
  const ids = await topicIdsOf(options)
  const problems = [...(await missingEpoch(held, options)), ...topicProblems(held, ids)]
  if (held?.stopped !== undefined && problems.length === 0) problems.push(held.stopped)
  if (problems.length === 0) problems.push(...(await shortLogs(options)))
  if (problems.length > 0 && !recount) {
    throw new UserError(`Kafka and Valkey do not belong together: ${problems.join('; ')}. ${REPAIRS}`)
  }
  const agreed = recount ? successor(held, ids) : withIds(held ?? named(randomUUID()), ids)
  const epoch = { ...agreed, server: await runOf(valkey) }
  if (recount) {
    say(`Counting the whole log again${problems.length > 0 ? `: ${problems.join('; ')}` : ''}`)
    await valkey.del(prefix + CHECKPOINT_KEY, prefix + EPOCH_KEY)
  }
  await valkey.hset(prefix + EPOCH_KEY, fieldsOf(epoch))
  return epoch
}

/** Which run of Valkey this is: a new one has lost what was not on its disk. */
export async function runOf(valkey: Redis): Promise<string> {
  return /^run_id:(\w+)/m.exec(await valkey.info('server'))?.[1] ?? ''
}

type TopicIds = ReadonlyMap<string, string>

/** Of a Kafka before 2.8 none. */
export async function topicIdsOf({
  admin,
  domains,
}: Pick<AgreementOptions, 'admin' | 'domains'>): Promise<TopicIds> {
  const { topics } = await admin.fetchTopicMetadata({ topics: topicsOf(domains) })
  return new Map(topics.flatMap(({ name, topicId }) => (topicId === undefined ? [] : [[name, topicId]])))
}

export const topicProblems = (epoch: Epoch | undefined, ids: TopicIds): string[] =>
  Array.from(ids).flatMap(([topic, id]) => (epoch && topicProblem(epoch, topic, id)) ?? [])

/** A Valkey that knows nothing is a new one only if nothing was counted yet. */
async function missingEpoch(
  held: Epoch | undefined,
  { admin, valkey, prefix, domains }: AgreementOptions,
): Promise<string[]> {
  if (held !== undefined || (await valkey.exists(prefix + STATS_KEY)) > 0) return []
  let counted = 0
  for (const topic of topicsOf(domains)) {
    const { start } = await firstLook(() => logRange(admin, topic))
    const committed = await firstLook(() => committedOffsets(admin, consumerGroup(topic), topic))
    for (const [partition, offset] of committed) {
      counted += Math.max(0, offset - (start.get(partition) ?? 0))
    }
  }
  return counted === 0 ? [] : [`Valkey is empty, but ${counted} records of the log were counted`]
}

/**
 * A Kafka that has just started still looks for the coordinator of a group, or the coordinator for what it had written; and
 * the broker that its metadata call the leader of a new partition takes a moment to become it.
 */
export const firstLook = <T>(ask: () => Promise<T>): Promise<T> => untilAnswered(ask, FIRST_LOOK_MS)

/** More was counted than there is. */
async function shortLogs({ admin, valkey, prefix, domains }: AgreementOptions): Promise<string[]> {
  const known = await checkpointsIn(valkey, prefix).read()
  const problems: string[] = []
  for (const topic of topicsOf(domains)) {
    const { end } = await logRange(admin, topic)
    const isShort = [...(known.get(topic) ?? [])].some(
      ([partition, next]) => next > (end.get(partition) ?? 0),
    )
    if (isShort) problems.push(`${topic} has fewer records than were counted`)
  }
  return problems
}

const named = (name: string): Epoch => ({
  name,
  after: [],
  stopped: undefined,
  topicIds: new Map(),
})

const successor = (held: Epoch | undefined, ids: TopicIds): Epoch => ({
  ...withIds(held ?? named(''), ids),
  name: randomUUID(),
  after: held === undefined ? [] : [held.name, ...held.after],
  stopped: undefined,
})

/** With the ids that the topics have now, the newest first. */
function withIds(epoch: Epoch, ids: TopicIds): Epoch {
  const topicIds = new Map(epoch.topicIds)
  for (const [topic, id] of ids) {
    const known = topicIds.get(topic) ?? []
    if (!known.includes(id)) topicIds.set(topic, [id, ...known])
  }
  return { ...epoch, topicIds }
}
