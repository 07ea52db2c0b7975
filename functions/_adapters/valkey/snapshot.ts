/** Reads what the counter has written back from Valkey. */
import type { Domain, Effect } from '../../_core/domain.ts'
import {
  byFirst,
  type Content,
  effectOfKey,
  type Snapshot,
  type SnapshotOptions,
  streamContent,
} from '../../_core/snapshot.ts'

/** The calls this needs of a Valkey client (ioredis has them). */
export interface SnapshotClient {
  scan(
    cursor: string,
    match: 'MATCH',
    pattern: string,
    count: 'COUNT',
    keys: number,
  ): Promise<[string, string[]]>
  pipeline(commands: string[][]): { exec(): Promise<[Error | null, unknown][] | null> }
}

const SCAN_COUNT = 1_000
/** Commands in one round trip. */
const PIPELINE_COMMANDS = 500

/**
 * The effects of these domains under `prefix`, while nothing writes.
 * @throws Error when a key is of another type
 */
export async function readSnapshot(
  client: SnapshotClient,
  domains: readonly Domain[],
  { prefix = '', ...options }: SnapshotOptions & { readonly prefix?: string } = {},
): Promise<Snapshot> {
  const effectOf = effectOfKey(domains, options)
  const found: { key: string; effect: Effect }[] = []
  for (const stored of await scan(client, prefix)) {
    const key = stored.slice(prefix.length)
    const effect = effectOf(key)
    if (effect !== undefined) found.push({ key, effect })
  }
  const replies = await pipelined(
    client,
    found.map(({ key, effect }) => readCommand(prefix + key, effect)),
  )
  const contents = found.map(({ key, effect }, at): [string, Content] => [
    key,
    contentOf(effect, replies[at]),
  ])
  return Object.fromEntries(contents.sort(byFirst))
}

/** For a MATCH that means the text itself. */
export const globEscape = (text: string): string => text.replace(/[[\]*?\\]/g, '\\$&')

async function scan(client: SnapshotClient, prefix: string): Promise<Set<string>> {
  const pattern = `${globEscape(prefix)}*`
  const keys = new Set<string>()
  let cursor = '0'
  do {
    const [next, page] = await client.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT)
    for (const key of page) keys.add(key)
    cursor = next
  } while (cursor !== '0')
  return keys
}

async function pipelined(client: SnapshotClient, commands: string[][]): Promise<unknown[]> {
  const replies: unknown[] = []
  for (let start = 0; start < commands.length; start += PIPELINE_COMMANDS) {
    const answers = (await client.pipeline(commands.slice(start, start + PIPELINE_COMMANDS)).exec()) ?? []
    for (const [error, reply] of answers) {
      if (error !== null) throw error
      replies.push(reply)
    }
  }
  return replies
}

function readCommand(key: string, effect: Effect): string[] {
  switch (effect.op) {
    case 'count':
      return effect.field === undefined ? ['get', key] : ['hgetall', key]
    case 'sum':
    case 'series':
      return ['hgetall', key]
    case 'max':
    case 'min':
      return ['get', key]
    case 'rank':
    case 'newest':
      return ['zrange', key, '0', '-1', 'WITHSCORES']
    case 'log':
      return ['xrange', key, '-', '+']
  }
}

function contentOf(effect: Effect, reply: unknown): Content {
  if (typeof reply === 'string') return { string: reply }
  if (effect.op === 'log') {
    return streamContent(
      (reply as [id: string, fields: string[]][]).map(([, fields]) => fields),
      effect.keep,
    )
  }
  if (effect.op === 'rank' || effect.op === 'newest') {
    return {
      ranks: pairsOf(reply)
        .map(([member, score]) => [member, Number(score)] as const)
        .sort(byFirst),
    }
  }
  return { hash: pairsOf(reply).sort(byFirst) }
}

/** Of a flat list, or of the object that some clients make of it. */
function pairsOf(reply: unknown): [string, string][] {
  if (!Array.isArray(reply)) return Object.entries(reply as Record<string, string>)
  const flat = reply as string[]
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []))
}
