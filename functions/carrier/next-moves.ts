/**
 * What a carrier does with a thing once an event brought it into a state: the next move on its line, and now and then
 * something that it should not have sent. Whether it does is drawn from the thing's id, so that an event that is delivered
 * again leads to the same moves at the same times.
 */
import { createHash } from 'node:crypto'
import { askedOf, type Transition } from '../_core/effects/transition-data.ts'
import type { Event } from '../_core/event.ts'
import { type Machine, type Move, newestOf, placeOf } from '../_core/life.ts'

export interface CarrierOptions {
  /** Time in each state, in seconds. */
  readonly minSeconds: number
  readonly maxSeconds: number
  /** Of states, from 0 to 1: those after which it tells again what had come before. */
  readonly late: number
  /** Those that it tells twice. */
  readonly repeated: number
  /** Those after which it asks for what it may not. */
  readonly illegal: number
}

export interface Planned {
  /** Unique for the thing: part of the event's identity. What leads on ends in `/next`. */
  readonly name: string
  readonly event: string
  readonly actor: string
  /** After the event that led to it, in milliseconds. */
  readonly afterMs: number
}

const NEXT = 'next'

/** Whether it is the carrier's own word that is late, a repetition or not allowed: to follow that would go round for ever. */
export const leadsNowhere = (id: string): boolean => !id.endsWith(`/${NEXT}`)

export function nextMoves(effect: Transition, happened: Event, options: CarrierOptions): readonly Planned[] {
  const { life } = effect
  const machine = newestOf(life)
  const asked = askedOf(effect, happened)
  const state = asked.data === undefined ? movesTo(machine, asked.event)?.to : machine.line[0]
  const place = state === undefined ? 0 : placeOf(machine, state)
  if (state === undefined || place === 0) return []
  const id = String(happened.value[effect.id])
  const chance = (what: string): number => chanceOf(`${id}/${state}/${what}`)
  const afterMs = 1_000 * (options.minSeconds + chance('time') * (options.maxSeconds - options.minSeconds))
  const planned: Planned[] = []
  const plan = (move: Move | undefined, what: string, actor = actorOf(move)): void => {
    if (move !== undefined) planned.push({ name: `${state}/${what}`, event: move.event, actor, afterMs })
  }
  const actorOf = (move: Move | undefined): string => {
    const actors = [life.outside, ...life.migrate.by]
    return actors.find((actor) => move?.by.includes(actor)) ?? life.outside
  }
  const isOwn = ({ by }: Move): boolean => by.includes(life.outside)
  const onLine = machine.moves.filter(({ to }) => placeOf(machine, to) > 0)
  plan(
    onLine.find(({ to }) => placeOf(machine, to) === place + 1),
    NEXT,
  )
  if (chance('late') < options.late)
    plan(
      onLine.find((move) => isOwn(move) && placeOf(machine, move.to) < place),
      'late',
    )
  if (chance('repeated') < options.repeated) plan(movesTo(machine, asked.event), 'repeated')
  if (chance('illegal') < options.illegal) {
    plan(
      machine.moves.find((move) => !isOwn(move) && move.to !== state),
      'illegal',
      life.outside,
    )
  }
  return planned
}

const movesTo = ({ moves }: Machine, event: string): Move | undefined =>
  moves.find((move) => move.event === event)

const UINT32 = 2 ** 32

/** From 0 to below 1, the same for the same text. */
const chanceOf = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE() / UINT32
