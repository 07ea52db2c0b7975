/** What serialisation costs alone, in processes of its own: one for each format and size. */

import { ClientProcess } from '../client/process.ts'
import type { Target } from '../client/protocol.ts'
import type { Serialisation } from './report.ts'
import { abba } from './rounds.ts'

const BYTES = 100
const LARGE_BYTES = 10_000
const SIZES = {
  event: { extraBytes: 0 },
  /** As long as a large event, all of it fields. */
  list: { items: LARGE_BYTES / BYTES, extraBytes: 0 },
  /** One event with text beside its fields. */
  text: { extraBytes: LARGE_BYTES - BYTES },
} as const
const NOWHERE = { transport: 'http1', address: 'http://127.0.0.1:1/', connections: 0, streams: 0 } as const

export async function measureSerialisation(
  domain: string,
  rounds: number,
  codecMs: number,
): Promise<Serialisation[]> {
  if (codecMs === 0) return []
  const kinds = (['event', 'list', 'text'] as const).flatMap((size) =>
    (['json', 'protobuf'] as const).map((format) => {
      const pool: Target['pool'] = { domain, seed: 1, mark: 'codec', bytes: BYTES }
      return { size, format, client: new ClientProcess({ ...NOWHERE, ...SIZES[size], format, pool }) }
    }),
  )
  const measured: Serialisation[] = []
  try {
    for (const { client } of kinds) await client.codec(codecMs)
    for (const [round, turns] of abba(kinds, rounds).entries()) {
      for (const { size, format, client } of turns)
        measured.push({ size, format, round, ...(await client.codec(codecMs)) })
    }
    return measured
  } finally {
    await Promise.all(kinds.map(({ client }) => client.stop()))
  }
}
