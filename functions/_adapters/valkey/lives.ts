/**
 * What became of an entity, read from what the counter wrote of it (core's effects/transition-data.ts has the keys), and
 * what a single event did to it.
 */
import type { Domain } from '../../_core/domain.ts'
import {
  historyKey,
  OWN_FIELDS,
  refusedKey,
  type Transition,
  transitionOf,
} from '../../_core/effects/transition-data.ts'
import { EPOCH_KEY, epochOf, type Generations, generationsOf } from '../../_core/epoch.ts'
import type { Event } from '../../_core/event.ts'
import { dedupeKeyOf, identityText, isRecordOf, refusalOf } from '../../_core/keys.ts'
import { allowedNext, type Case, type Move, machineOf } from '../../_core/life.ts'
import { type Answered, Asking, type ReadClient } from './asking.ts'

export interface HistoryEntry {
  /** Its place among all that were judged, from 1 on. */
  readonly n: number
  readonly caso: Case
  /** The state before; empty at birth. */
  readonly de: string
  readonly a: string
  readonly evento: string
  readonly actor: string
  /** RFC 3339, of the event. */
  readonly time: string
  /** `<source>#<id>`, with what is unsafe in it percent-encoded. */
  readonly id: string
}

export interface RefusedEntry extends Pick<HistoryEntry, 'de' | 'evento' | 'actor' | 'time' | 'id'> {
  readonly permitidos: readonly string[]
}

export interface Life {
  readonly id: string
  readonly state: string
  /** Event time of the entry into it, in milliseconds since the epoch. */
  readonly sinceMs: number
  readonly version: number
  /** What it was born with. */
  readonly data: Readonly<Record<string, string>>
  readonly history: readonly HistoryEntry[]
  readonly refused: readonly RefusedEntry[]
  readonly allowed: readonly Move[]
}

/** `contado`: counted, and not in the history any more, or it was full. */
export type EventCase = Case | 'rechazado' | 'contado'

/** What an event did. */
export interface Judgement {
  readonly caso: EventCase
  /** The state after; empty where the history does not have it. */
  readonly a: string
}

export interface LivesReader {
  /** Undefined: nobody knows it, or not yet. */
  life(domain: Domain, id: string): Promise<Life | undefined>
  /** Undefined: not judged yet. */
  judgementOf(event: Event): Promise<Judgement | undefined>
}

/** @throws Error when Valkey does not answer, or a key holds something else */
export function livesReader(client: ReadClient, { prefix }: { readonly prefix: string }): LivesReader {
  return {
    life: async (domain, id) => {
      const effect = requireTransition(domain)
      const entity = `${effect.key}:${id}`
      const asking = new Asking()
      const fields = asking.hash(prefix + entity)
      const history = asking.hash(prefix + historyKey(entity))
      const refused = asking.hash(prefix + refusedKey(entity))
      await asking.send(client)
      return lifeOf(effect, id, fields(), history(), refused())
    },
    judgementOf: async (event) => {
      const written = await readWritten(client, event, prefix)
      if (written.entry !== undefined) return written.entry
      const { isCounted, isRefused } = await readMarks(client, event, prefix, written.generations)
      if (!isCounted) return isRefused ? { caso: 'rechazado', a: '' } : undefined
      // It may have been counted after the history was read; one call writes both.
      const { entry } = await readWritten(client, event, prefix)
      return entry ?? { caso: 'contado', a: '' }
    },
  }
}

/** What the history of its entity has of an event. */
async function readWritten(client: ReadClient, event: Event, prefix: string) {
  const effect = requireTransition(event.domain)
  const entity = `${effect.key}:${event.value[effect.id]}`
  const asking = new Asking()
  const epoch = asking.hash(prefix + EPOCH_KEY)
  const judged = askFor(asking, prefix + historyKey(entity), event)
  await asking.send(client)
  const text = judged()
  const entry = text === undefined ? undefined : (JSON.parse(text) as Pick<HistoryEntry, 'caso' | 'a'>)
  return { entry, generations: generationsOf(epochOf(epoch())) }
}

/** The field of an event in a hash by identity. */
function askFor(asking: Asking, key: string, { source, id }: Event): Answered<string | undefined> {
  const isIts = isRecordOf(source, id)
  if (isIts === undefined) {
    const text = asking.text('hget', key, identityText(source, id))
    return () => text() ?? undefined
  }
  const hash = asking.hash(key)
  return () => Object.entries(hash()).find(([identity]) => isIts(identity))?.[1]
}

/** The domains' names of entities: those whose events are births. */
export const hasLives = (domain: Domain): boolean => {
  const effect = transitionOf(domain)
  return effect !== undefined && effect.move === undefined
}

function requireTransition(domain: Domain): Transition {
  const effect = transitionOf(domain)
  if (effect === undefined) throw new TypeError(`events of ${domain.name} move nothing`)
  return effect
}

/** Whether an event was counted, and whether it was refused. */
async function readMarks(
  client: ReadClient,
  { source, id }: Event,
  prefix: string,
  generations: Generations,
) {
  const dedupeKey = dedupeKeyOf(source, id, prefix, generations)
  const { key, bit } = dedupeKey
  const refusal = refusalOf(dedupeKey, prefix)
  const asking = new Asking()
  const counted = bit === undefined ? asking.ask('exists', key) : asking.ask('getbit', key, String(bit))
  const refused = asking.text('hget', refusal.key, refusal.field)
  await asking.send(client)
  return { isCounted: Number(counted()) === 1, isRefused: refused() !== null }
}

function lifeOf(
  { life }: Transition,
  id: string,
  fields: Record<string, string>,
  history: Record<string, string>,
  refused: Record<string, string>,
): Life | undefined {
  const { estado: state, desde, version } = fields
  if (state === undefined) return undefined
  const entries = <Entry extends { id: string; time: string }>(hash: Record<string, string>): Entry[] =>
    Object.entries(hash).map(([identity, text]) => ({ ...JSON.parse(text), id: identity }))
  return {
    id,
    state,
    sinceMs: Number(desde),
    version: Number(version),
    data: Object.fromEntries(Object.entries(fields).filter(([name]) => !OWN_FIELDS.has(name))),
    history: entries<HistoryEntry>(history).sort((one, other) => one.n - other.n),
    refused: entries<RefusedEntry>(refused).sort(
      (one, other) => Date.parse(one.time) - Date.parse(other.time),
    ),
    allowed: allowedNext(machineOf(life, Number(version)), state),
  }
}
