/** The newest dead letters, as the aggregator wrote them down; all of them are in Kafka's dead letter topics. */
import { Asking } from '../_adapters/valkey/asking.ts'
import { DEAD_LETTERS_KEY } from '../_core/accounts.ts'
import { Failure } from '../_core/errors.ts'
import { deadLetterTopic, topicsOf } from '../_core/registry.ts'
import { type Addresses, valkeyQuery } from './addresses.ts'
import type { DeadLetter, DeadLetterPage, TopicProof } from './api.ts'
import type { Source } from './reading.ts'

export interface Wanted {
  readonly domain?: string | undefined
  /** An entry; only older ones. */
  readonly before?: string | undefined
  readonly limit: number
}

const ENTRY = /^\d{1,16}-\d{1,16}$/
/** Entries read for one page: of one domain there may be few among those of others. */
const READ = 1_000

export async function deadLettersNow(
  { client, prefix, clock, domains }: Source,
  { domain, before, limit }: Wanted,
  addresses: Addresses,
  topics: readonly Pick<TopicProof, 'topic' | 'dead'>[],
): Promise<DeadLetterPage> {
  if (before !== undefined && !ENTRY.test(before)) {
    const detail = 'is no entry of this list'
    throw new Failure('malformed', `before ${detail}`, [{ field: 'before', detail }])
  }
  const key = prefix + DEAD_LETTERS_KEY
  const asking = new Asking()
  const count = String(domain === undefined ? limit + 1 : READ)
  const entries = asking.ask('xrevrange', key, before === undefined ? '+' : `(${before}`, '-', 'COUNT', count)
  const asOfMs = clock()
  await asking.send(client)
  const found = (entries() as [entry: string, fields: string[]][])
    .map(([entry, fields]) => letterOf(entry, fields))
    .filter((letter) => domain === undefined || letter.domain === domain)
  const items = found.slice(0, limit)
  return {
    asOfMs,
    items,
    next: found.length > limit ? (items.at(-1)?.entry ?? null) : null,
    totals:
      topics.length === 0 ? null : Object.fromEntries(topics.map(({ topic, dead }) => [topic, dead ?? 0])),
    queries: [
      valkeyQuery(addresses, 'XREVRANGE', key, '+', '-', 'COUNT', '10'),
      ...topicsOf(domains).map((topic) => ({
        tool: 'kafka',
        text: `kafka-console-consumer.sh --topic ${deadLetterTopic(topic)} --from-beginning --property print.headers=true`,
      })),
    ],
  }
}

function letterOf(entry: string, fields: readonly string[]): DeadLetter {
  const of: Record<string, string> = {}
  for (let at = 0; at < fields.length; at += 2) of[fields[at] ?? ''] = fields[at + 1] ?? ''
  const { topic, partition, offset } = of
  const record =
    topic === undefined
      ? null
      : { topic, partition: Number(partition), offset: Number(offset), packed: 1, index: 0 }
  return {
    entry,
    domain: of.domain || null,
    atMs: Number(entry.slice(0, entry.indexOf('-'))),
    reason: of.reason ?? '',
    detail: of.detail ?? '',
    errors: errorsIn(of.errors ?? ''),
    payload: of.payload ?? '',
    payloadBytes: Number(of.payloadBytes ?? 0),
    contentType: of.contentType || null,
    receipt: of.receipt === '#' ? null : (of.receipt ?? null),
    record,
  }
}

/** A problem's `errors`, or its `rechazadas` for the events of a packed record. */
function errorsIn(text: string): { field: string; detail: string }[] {
  try {
    const list: { pointer?: string; detail?: string; indice?: number; motivo?: string }[] = JSON.parse(text)
    return list.map(({ pointer, detail, indice, motivo }) => ({
      field: pointer ?? `#${indice ?? ''}`,
      detail: detail ?? motivo ?? '',
    }))
  } catch {
    return []
  }
}
