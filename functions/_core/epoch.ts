/**
 * Which data Valkey holds, in a hash of Valkey's own. Its counts and Kafka's log belong together: what numbers the plain
 * records of a topic begins again with the topic, and counts that were lost cannot be told from those of a first start.
 *
 * Fields: `epoch`, a name that changes only when somebody repairs; `after`, those it took the place of; `stopped`, why
 * nothing may be counted until then; `server`, the run of Valkey (its `run_id`) that is known to have lost nothing: where it
 * is written down, nothing is counted into a later run before what that has lost is; `ids:<topic>`, the ids that Kafka gave the topic, the newest first.
 */
export const EPOCH_KEY = 'caudal:epoch'
export const STOPPED_FIELD = 'stopped'
const SERVER_FIELD = 'server'
/** The fields that do not depend on topics. */
export const EPOCH_FIELDS = ['epoch', 'after', STOPPED_FIELD, SERVER_FIELD] as const
export const idsField = (topic: string): string => `ids:${topic}`

export interface Epoch {
  readonly name: string
  /** The names it took the place of, the newest first. */
  readonly after: readonly string[]
  readonly stopped: string | undefined
  /** Undefined where nobody watches for it. */
  readonly server?: string
  /** By topic, the newest first. */
  readonly topicIds: ReadonlyMap<string, readonly string[]>
}

/** Names of epochs that a field keeps: whoever counts looks every few seconds. */
const REMEMBERED = 8
/** What comes between names or ids in a field: neither has spaces. */
const SEPARATOR = ' '

/** @param fields of the hash; undefined when there is no epoch */
export function epochOf(fields: Readonly<Record<string, string>>): Epoch | undefined {
  const { epoch: name, after = '', [STOPPED_FIELD]: stopped, [SERVER_FIELD]: server } = fields
  if (name === undefined) return undefined
  const topicIds = new Map<string, readonly string[]>()
  for (const [field, ids] of Object.entries(fields)) {
    if (field.startsWith(idsField(''))) topicIds.set(field.slice(idsField('').length), ids.split(SEPARATOR))
  }
  return { name, after: after.split(SEPARATOR), stopped, topicIds, ...(server !== undefined && { server }) }
}

export const fieldsOf = ({ name, after, stopped, server, topicIds }: Epoch): Record<string, string> => ({
  epoch: name,
  after: after.slice(0, REMEMBERED).join(SEPARATOR),
  ...(stopped !== undefined && { [STOPPED_FIELD]: stopped }),
  ...(server !== undefined && { [SERVER_FIELD]: server }),
  ...Object.fromEntries(Array.from(topicIds, ([topic, ids]) => [idsField(topic), ids.join(SEPARATOR)])),
})

/** How often a topic was made again, by topic: the same place in the log is another record each time. */
export type Generations = ReadonlyMap<string, number>

export const generationsOf = (epoch: Epoch | undefined): Generations =>
  new Map(Array.from(epoch?.topicIds ?? [], ([topic, ids]) => [topic, ids.length - 1]))

/** Why an id is not that of the topic whose records were counted; undefined for one that it has or had. */
export function topicProblem(epoch: Epoch, topic: string, id: string): string | undefined {
  const known = epoch.topicIds.get(topic)
  if (known === undefined || known.includes(id)) return undefined
  return `the topic ${topic} was made again: its id is ${id}, what was counted had ${known[0]}`
}
