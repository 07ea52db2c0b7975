/** A transition as a domain's file has it, and what its events ask. */
import { type Asked, type Life, newestOf } from '../life.ts'
import type { Occurrence } from './operation.ts'

/**
 * `<key>:<id>` is the entity, a hash: `estado`, `desde` (event time of the entry, ms), `version`, `n` (events judged),
 * `alcance` (see life.ts), `creado` (ms), and the fields it was born with. `historia:<key>:<id>`: a hash by identity.
 *
 * Figures of all: `<figures>:estados` and `:versiones` (entities in each), `:en:<state>` (a sorted set of those in a state
 * that is not final, by entry), `:tiempo:<state>` (the histogram of times in it, `cuenta`, `suma_ms`), `:casos` (verdicts,
 * and `negativo`: times below 0, taken for 0).
 */
export interface Transition {
  readonly op: 'transition'
  readonly key: string
  readonly figures: string
  readonly life: Life
  /** The field that says which entity. */
  readonly id: string
  /** The fields that say what happens; without them the event is a birth, with all its other fields. */
  readonly move?: { readonly event: string; readonly actor: string; readonly version: string }
}

/** Of the entity's hash: all others are what it was born with. */
export const OWN_FIELDS: ReadonlySet<string> = new Set([
  'estado',
  'desde',
  'version',
  'n',
  'alcance',
  'creado',
])

/** The effect by which events of a domain move entities. */
export const transitionOf = (domain: { readonly effects: readonly { readonly op: string }[] }) =>
  domain.effects.find((effect): effect is Transition => effect.op === 'transition')

/** What `event` asks of its entity. */
export function askedOf(effect: Transition, { value }: Pick<Occurrence, 'value'>): Asked {
  const { life, id, move } = effect
  if (move !== undefined) {
    const [event, actor] = [String(value[move.event]), String(value[move.actor])]
    return { event, actor, version: Number(value[move.version]) }
  }
  const data = Object.entries(value).filter(([name]) => name !== id)
  const texts = Object.fromEntries(data.map(([name, content]) => [name, String(content)]))
  return { event: life.birth, actor: '', version: newestOf(life).version, data: texts }
}

/** Where the figures of all are. `live` and `times` have a key for each state: {@link keyIn}. */
export interface FigureKeys {
  readonly states: string
  readonly versions: string
  readonly cases: string
  readonly live: string
  readonly times: string
}

/** @param figures those of an effect, after what comes before every key */
export const figureKeys = (figures: string): FigureKeys => ({
  states: `${figures}:estados`,
  versions: `${figures}:versiones`,
  cases: `${figures}:casos`,
  live: `${figures}:en`,
  times: `${figures}:tiempo`,
})

/** As the script writes them too (lua/transition.lua). */
export const keyIn = (key: string, state: string): string => `${key}:${state}`

export const historyKey = (entity: string): string => `historia:${entity}`
/** Beside the effect's keys: what was refused is no part of what the events add up to. */
export const refusedKey = (entity: string): string => `rechazos:${entity}`
