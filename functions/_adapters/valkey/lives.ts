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
import { dedupeKeyOf, identityText } from '../../_core/keys.ts'
import { allowedNext, type Case, type Move, machineOf } from '../../_core/life.ts'
import { Asking, type ReadClient } from './asking.ts'

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

export interface LivesReader {
  /** Undefined: nobody knows it, or not yet. */
  life(domain: Domain, id: string): Promise<Life | undefined>
  /** Undefined: not judged yet. */
  caseOf(event: Event): Promise<EventCase | undefined>
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
    caseOf: async (event) => {
      const effect = requireTransition(event.domain)
      const entity = `${effect.key}:${event.value[effect.id]}`
      const identity = identityText(event.source, event.id)
      const asking = new Asking()
      const epoch = asking.hash(prefix + EPOCH_KEY)
      const judged = asking.text('hget', prefix + historyKey(entity), identity)
      const refused = asking.text('hget', prefix + refusedKey(entity), identity)
      await asking.send(client)
      const entry = judged()
      if (entry !== null) return (JSON.parse(entry) as HistoryEntry).caso
      if (await isMarked(client, event, prefix, generationsOf(epochOf(epoch())))) return 'contado'
      return refused() === null ? undefined : 'rechazado'
    },
  }
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

async function isMarked(
  client: ReadClient,
  { source, id }: Event,
  prefix: string,
  generations: Generations,
): Promise<boolean> {
  const { key, bit } = dedupeKeyOf(source, id, prefix, generations)
  const asking = new Asking()
  const mark = bit === undefined ? asking.ask('exists', key) : asking.ask('getbit', key, String(bit))
  await asking.send(client)
  return Number(mark()) === 1
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
