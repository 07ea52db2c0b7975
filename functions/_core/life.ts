/**
 * A life cycle as data: the states an entity goes through, what moves it, who may, and how an event is judged by what is
 * known of the entity. The script in Valkey judges by the same data (adapters' lua/transition.lua); the suite of counters
 * holds both to the same answers.
 *
 * | case                                                        | effect                        | verdict    |
 * | ----------------------------------------------------------- | ----------------------------- | ---------- |
 * | what the state allows, for who says it                      | moves                         | `movio`    |
 * | already in that state; a birth again with the same content  | none, counted                 | `repetido` |
 * | an outside actor's event for a state already passed         | none, in the history          | `tarde`    |
 * | an outside actor's event that skips ahead on the line       | moves; skipped: no time       | `salto`    |
 * | to another version of the machine, asked for explicitly     | the version                   | `migrado`  |
 * | anything else, or nobody knows the entity                   | none; its identity stays free | refused    |
 */
import { Failure } from './errors.ts'

export interface Move {
  /** The event's name; each leads to one state. */
  readonly event: string
  readonly from: readonly string[]
  readonly to: string
  /** The actors that may. */
  readonly by: readonly string[]
}

export interface Machine {
  readonly version: number
  /** The way that most go, in order, from birth on: what is before a state on it is passed. */
  readonly line: readonly string[]
  /** Where a life ends. */
  readonly final: readonly string[]
  readonly moves: readonly Move[]
}

/** All machines that entities may still live by; an entity keeps the version it was born with. */
export interface Life {
  /** By version, the newest last: that one is for births. */
  readonly machines: readonly [Machine, ...Machine[]]
  /** The event's name in the history of a birth. */
  readonly birth: string
  /** The event that takes an entity to another version, and who may. */
  readonly migrate: { readonly event: string; readonly by: readonly string[] }
  /** Who sees things happen elsewhere: what they say may come late, or skip states that nobody told. */
  readonly outside: string
  /** How long an entity is kept after its life has ended, in seconds. */
  readonly keepSeconds: number
}

export type Case = 'movio' | 'salto' | 'repetido' | 'tarde' | 'migrado'

/** What an event did to the entity that it moves. */
export interface Moved {
  readonly verdict: Case
  /** Empty at birth. */
  readonly from: string
  readonly to: string
  /** How long it was in the state that it has left, in milliseconds, never below 0; undefined when it left none. */
  readonly spentMs?: number
}

/** What is known of an entity. */
export interface Standing {
  readonly state: string
  readonly version: number
  /** The furthest place on the line that it has come to, from 1 on. */
  readonly reach: number
  /** What it was born with. */
  readonly data: Readonly<Record<string, string>>
}

export interface Asked {
  readonly event: string
  readonly actor: string
  /** With `migrate`: where to. */
  readonly version: number
  /** Of a birth. */
  readonly data?: Readonly<Record<string, string>>
}

export const newestOf = (life: Life): Machine => life.machines.at(-1) ?? life.machines[0]

export const machineOf = (life: Life, version: number): Machine | undefined =>
  life.machines.find((machine) => machine.version === version)

/** Its place on the line, from 1 on; 0 beside it. */
export const placeOf = (machine: Machine, state: string): number => machine.line.indexOf(state) + 1

/** Every state, those of the line first. */
export const statesOf = ({ line, moves }: Machine): readonly string[] => [
  ...new Set([...line, ...moves.map(({ to }) => to)]),
]

/** Every state that something may be in, those of the newest machine first. */
export const allStatesOf = ({ machines }: Life): readonly string[] => [
  ...new Set(machines.toReversed().flatMap(statesOf)),
]

/** Versions that entities still live by and this build does not have. @param living how many live by each */
export const missingVersions = (life: Life, living: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(living).flatMap(([version, count]) =>
    Number(count) > 0 && machineOf(life, Number(version)) === undefined ? [version] : [],
  )

/** What may happen next. @param actor only what this one may do */
export const allowedNext = (machine: Machine | undefined, state: string, actor?: string): readonly Move[] =>
  (machine?.moves ?? []).filter(
    ({ from, by }) => from.includes(state) && (actor === undefined || by.includes(actor)),
  )

interface Verdict {
  readonly case: Case
  readonly to: string
}

/**
 * @param standing undefined: nobody knows the entity
 * @returns undefined when the event is refused; `unknown` when the entity lives by a version that is not here: it can only
 *   be judged by a build that has it
 */
export function judge(
  life: Life,
  standing: Standing | undefined,
  asked: Asked,
): Verdict | 'unknown' | undefined {
  if (asked.data !== undefined) return judgeBirth(life, standing, asked.data)
  if (standing === undefined) return undefined
  const { state, version, reach } = standing
  if (asked.event === life.migrate.event) return judgeMigration(life, standing, asked)
  const machine = machineOf(life, version)
  if (machine === undefined) return 'unknown'
  const move = machine.moves.find(({ event }) => event === asked.event)
  if (move === undefined) return undefined
  if (move.to === state) return { case: 'repetido', to: state }
  if (!move.by.includes(asked.actor)) return undefined
  if (move.from.includes(state)) return { case: 'movio', to: move.to }
  const place = placeOf(machine, move.to)
  if (asked.actor !== life.outside || place === 0) return undefined
  if (place <= reach) return { case: 'tarde', to: state }
  const here = placeOf(machine, state)
  const isOnTheWay = here > 0 && place > here && !machine.final.includes(state)
  return isOnTheWay ? { case: 'salto', to: move.to } : undefined
}

function judgeBirth(life: Life, standing: Standing | undefined, data: Readonly<Record<string, string>>) {
  if (standing === undefined) return { case: 'movio', to: newestOf(life).line[0] ?? '' } as const
  const isSame = Object.entries(data).every(([name, value]) => standing.data[name] === value)
  return isSame ? ({ case: 'repetido', to: standing.state } as const) : undefined
}

function judgeMigration(life: Life, { state, version }: Standing, asked: Asked) {
  if (asked.version === version) return { case: 'repetido', to: state } as const
  const target = machineOf(life, asked.version)
  const isPossible = target !== undefined && statesOf(target).includes(state)
  return isPossible && life.migrate.by.includes(asked.actor)
    ? ({ case: 'migrado', to: state } as const)
    : undefined
}

/** @param from the state; undefined: nobody knows the entity */
export function refusedMove(event: string, from: string | undefined, allowed: readonly string[]): Failure {
  const why = from === undefined ? 'nobody knows what it is about' : `it is not allowed in ${from}`
  const next = from === undefined ? '' : `; allowed: ${allowed.join(', ') || 'nothing'}`
  return new Failure('illegal', `${event}: ${why}${next}`, [], {
    de: from ?? null,
    evento: event,
    permitidos: allowed,
  })
}

/** Upper bounds of the histogram of times in a state, in seconds. */
export const TIME_BOUNDS_S = [
  1, 2, 3, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400, 259_200, 604_800,
] as const
export const LAST_BOUND = 'inf'

/** The field of the histogram that a time is counted in. */
export const boundOf = (ms: number): string =>
  String(TIME_BOUNDS_S.find((bound) => ms <= bound * 1000) ?? LAST_BOUND)

/** Of repeated and late events an entity's history keeps so many; moves are always in it. */
export const HISTORY_ENTRIES = 200
/** Refused events that are kept for people, of an entity. */
export const REFUSED_ENTRIES = 50
