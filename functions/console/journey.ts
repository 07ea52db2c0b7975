/**
 * The way of one event. What the counting itself wrote down is told as it was; of an event that was not followed, what its
 * identity, its mark, the log and the dead letters say. What nobody knows is said to be unknown.
 */
import { Asking } from '../_adapters/valkey/asking.ts'
import { JOURNEYS_KEY } from '../_core/accounts.ts'
import type { Change } from '../_core/counting.ts'
import { dedupeKeyOf, NUMBERED_SOURCE } from '../_core/keys.ts'
import { PIPELINE } from '../_core/topology.ts'
import type { Addresses } from './addresses.ts'
import type { DeadLetter, Journey, JourneyPage, JourneyRecord, JourneySays, Row } from './api.ts'
import { deadLettersNow } from './dead-letters.ts'
import { LIMITS } from './limits.ts'
import type { Source } from './reading.ts'
import { searchLog } from './search.ts'

/** Newest first. */
interface Entry {
  readonly atMs: number
  readonly of: Readonly<Record<string, string>>
}

const KEPT = 1_000

export async function journeyOf(
  source: Source,
  receipt: string,
  addresses: Addresses,
  waiting: number | null,
): Promise<Journey> {
  const hash = receipt.lastIndexOf('#')
  const [from, id] = [receipt.slice(0, Math.max(0, hash)), receipt.slice(hash + 1)]
  const asOfMs = source.clock()
  const [{ isMarked, entries }, page, letters] = await Promise.all([
    readMark(source, from, id, receipt),
    searchLog(source, { ...EVERYTHING, receipt }),
    deadLettersNow(source, { limit: LIMITS.deadLetters }, addresses, []),
  ])
  const row = page.rows[0] ?? null
  const letter = letters.items.find((one) => one.receipt === receipt)
  const first = entries.findLast(({ of }) => of.result === 'counted')
  const repeats = entries.filter(({ of }) => of.result === 'duplicate')
  const told = first ?? entries[0]
  return {
    receipt,
    asOfMs,
    domain: told?.of.domain ?? row?.domain ?? letter?.domain ?? null,
    source: from,
    id,
    value: told === undefined ? (row?.value ?? null) : valueIn(told.of.value ?? '{}'),
    ...verdictOf(isMarked, letter, waiting),
    isFollowed: first !== undefined,
    steps: stepsOf(from, row, told, isMarked),
    record: recordOf(told) ?? letter?.record ?? null,
    batch: first === undefined ? null : Number(first.of.batch),
    countedMs: first?.atMs ?? row?.countedMs ?? null,
    changes:
      first === undefined
        ? null
        : (JSON.parse(first.of.changes ?? '[]') as Change[]).map((one) => ({ ...one })),
    repeats: repeats.map((one) => ({ atMs: one.atMs, record: recordOf(one) ?? null })),
    row,
    traceparent: told?.of.traceparent || null,
  }
}

export async function journeysNow({ client, prefix, clock }: Source, limit: number): Promise<JourneyPage> {
  const asking = new Asking()
  const entries = asking.ask('xrevrange', prefix + JOURNEYS_KEY, '+', '-', 'COUNT', String(limit))
  const asOfMs = clock()
  await asking.send(client)
  return {
    asOfMs,
    items: entriesIn(entries()).map(({ atMs, of }) => ({
      receipt: of.receipt ?? '',
      domain: of.domain ?? '',
      verdict: of.result === 'duplicate' ? 'duplicate' : 'counted',
      atMs,
    })),
  }
}

const EVERYTHING = {
  domain: undefined,
  atMs: null,
  sinceMs: null,
  text: undefined,
  before: undefined,
  after: undefined,
  limit: 1,
} as const

async function readMark({ client, prefix }: Source, from: string, id: string, receipt: string) {
  const { key, bit } = dedupeKeyOf(from, id, prefix)
  const asking = new Asking()
  const mark = bit === undefined ? asking.ask('exists', key) : asking.ask('getbit', key, String(bit))
  const entries = asking.ask('xrevrange', prefix + JOURNEYS_KEY, '+', '-', 'COUNT', String(KEPT))
  await asking.send(client)
  return {
    isMarked: Number(mark()) === 1,
    entries: entriesIn(entries()).filter(({ of }) => of.receipt === receipt),
  }
}

const entriesIn = (reply: unknown): Entry[] =>
  (reply as [entry: string, fields: string[]][]).map(([entry, fields]) => {
    const of: Record<string, string> = {}
    for (let at = 0; at < fields.length; at += 2) of[fields[at] ?? ''] = fields[at + 1] ?? ''
    return { atMs: Number(entry.slice(0, entry.indexOf('-'))), of }
  })

function valueIn(json: string): Record<string, string> {
  const value: Readonly<Record<string, unknown>> = JSON.parse(json)
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, String(held)]))
}

function recordOf(entry: Entry | undefined): JourneyRecord | undefined {
  const { topic, partition, offset, packed, index } = entry?.of ?? {}
  if (topic === undefined) return undefined
  const place = { topic, partition: Number(partition), offset: Number(offset) }
  return { ...place, packed: Number(packed), index: Number(index) }
}

function verdictOf(
  isMarked: boolean,
  letter: DeadLetter | undefined,
  waiting: number | null,
): Pick<Journey, 'verdict' | 'why'> {
  if (isMarked) return { verdict: 'counted', why: 'its identity is marked in Valkey: it was counted, once' }
  if (letter !== undefined) return { verdict: 'dead', why: `it was refused for good: ${letter.detail}` }
  if (waiting !== null && waiting > 0) {
    return {
      verdict: 'waiting',
      why: `it is not counted, and ${waiting} records wait: it may be one of them`,
    }
  }
  return {
    verdict: 'unknown',
    why: 'it is not counted, and nothing waits: no such event was stored, or it was forgotten',
  }
}

const plain = (id: JourneySays['id']): JourneySays => ({ id, values: {} })

const ENGLISH: Readonly<Record<JourneySays['id'], (values: JourneySays['values']) => string>> = {
  ownIdentity: () => "its identity is the client's own: it does not say through which",
  identified: () => 'took it and gave it its identity',
  passed: () => 'passed it on: no event is stored but by this way',
  record: ({ topic, partition, offset, event, packed }) =>
    `${topic}, partition ${partition}, offset ${offset}: event ${event} of ${packed}`,
  stored: () => 'was stored; where was not written down',
  notKnown: () => 'nothing is known',
  counted: () => 'counted it',
  countedWith: ({ events }) => `counted it, with ${events} events`,
  notCounted: () => 'has not counted it',
  marked: () => 'has its mark',
  notMarked: () => 'has no mark of it',
}
const inEnglish = ({ id, values }: JourneySays): string => ENGLISH[id](values)

/** The functions from the one that gave the event its identity on; then Kafka, and those that count. */
function stepsOf(
  from: string,
  row: Row | null,
  told: Entry | undefined,
  isMarked: boolean,
): Journey['steps'] {
  const steps: Journey['steps'] = []
  const add = (step: string, says: JourneySays, rest: Partial<Journey['steps'][number]> = {}): void =>
    void steps.push({
      step,
      instance: null,
      atMs: null,
      detail: inEnglish(says),
      says,
      isKnown: false,
      ...rest,
    })
  const [, role, instance] = NUMBERED_SOURCE.test(from) ? from.split('/') : []
  const time = Date.parse(told?.of.time ?? row?.time ?? '')
  const atMs = Number.isNaN(time) ? null : time
  const endpoints = PIPELINE.slice(0, -1)
  const entered = endpoints.map(String).indexOf(role ?? '')
  if (role === undefined) add('endpoint', plain('ownIdentity'), { atMs })
  for (const [at, name] of endpoints.entries()) {
    if (entered < 0 || at < entered) continue
    if (at === entered) {
      add(name, plain('identified'), { instance: instance ?? null, atMs, isKnown: true })
    } else add(name, plain('passed'))
  }
  const record = recordOf(told)
  if (record !== undefined) {
    const { topic, partition, offset, packed, index } = record
    const values = { topic, partition, offset, event: index + 1, packed }
    add('kafka', { id: 'record', values }, { instance: told?.of.record ?? null, isKnown: true })
  } else add('kafka', plain(isMarked ? 'stored' : 'notKnown'))
  const countedMs = told?.atMs ?? row?.countedMs ?? null
  const counted: JourneySays =
    told === undefined ? plain('counted') : { id: 'countedWith', values: { events: told.of.batch ?? '' } }
  add('aggregator', isMarked ? counted : plain('notCounted'), {
    atMs: countedMs,
    isKnown: isMarked,
  })
  add('valkey', plain(isMarked ? 'marked' : 'notMarked'), { atMs: countedMs, isKnown: true })
  return steps
}
