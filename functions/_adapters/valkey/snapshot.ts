/** Reads what the counter has written back from Valkey. */
import type { Domain } from '../../_core/domain.ts'
import { effectOfKey, operationOf } from '../../_core/effects/index.ts'
import type { Shape } from '../../_core/effects/operation.ts'
import {
  byFirst,
  type Content,
  type Snapshot,
  type SnapshotOptions,
  streamContent,
  withoutZeros,
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
  const found: { key: string; shape: Shape; hasZeros: boolean }[] = []
  for (const stored of await scan(client, prefix)) {
    const key = stored.slice(prefix.length)
    const effect = effectOf(key)
    if (effect === undefined) continue
    const { shape, zeros } = operationOf(effect)
    found.push({ key, shape: shape(effect, key), hasZeros: zeros !== undefined })
  }
  const replies = await pipelined(
    client,
    found.map(({ key, shape }) => readCommand(prefix + key, shape)),
  )
  const contents = found.flatMap(({ key, shape, hasZeros }, at) => {
    const entry: [string, Content] = [key, contentOf(shape, replies[at])]
    return hasZeros ? withoutZeros(entry) : [entry]
  })
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

function readCommand(key: string, shape: Shape): string[] {
  if (shape === 'string') return ['get', key]
  if (shape === 'hash') return ['hgetall', key]
  if (shape === 'ranks') return ['zrange', key, '0', '-1', 'WITHSCORES']
  return ['xrange', key, '-', '+']
}

function contentOf(shape: Shape, reply: unknown): Content {
  if (shape === 'string') return { string: String(reply) }
  if (shape === 'hash') return { hash: pairsOf(reply).sort(byFirst) }
  if (shape === 'ranks') {
    const ranks = pairsOf(reply).map(([member, score]) => [member, Number(score)] as const)
    return { ranks: ranks.sort(byFirst) }
  }
  const entries = (reply as [id: string, fields: string[]][]).map(([, fields]) => fields)
  return streamContent(entries, shape.keep)
}

/** Of a flat list, or of the object that some clients make of it. */
function pairsOf(reply: unknown): [string, string][] {
  if (!Array.isArray(reply)) return Object.entries(reply as Record<string, string>)
  const flat = reply as string[]
  return flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : []))
}
