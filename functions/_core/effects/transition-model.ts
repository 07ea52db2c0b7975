/** What moving entities through their lives means, as plainly as it can be said. */
import { Failure } from '../errors.ts'
import { identityText } from '../keys.ts'
import {
  allowedNext,
  boundOf,
  HISTORY_ENTRIES,
  judge,
  type Life,
  machineOf,
  placeOf,
  refusedMove,
  type Standing,
} from '../life.ts'
import { byFirst, type Content } from '../snapshot.ts'
import type { Model, ModelEvent } from './operation.ts'
import { askedOf, figureKeys, historyKey, keyIn, OWN_FIELDS, type Transition } from './transition-data.ts'

/** Hashes and sorted sets by key: entities with their histories, and the figures of all. */
export interface Lives {
  readonly hashes: Map<string, Map<string, string>>
  readonly sets: Map<string, Map<string, number>>
}

const entityOf = ({ key, id }: Transition, { value }: ModelEvent): string => `${key}:${value[id]}`

function standingOf(held: Lives | undefined, entity: string): Standing | undefined {
  const fields = held?.hashes.get(entity)
  if (fields === undefined) return undefined
  const data = Object.fromEntries([...fields].filter(([name]) => !OWN_FIELDS.has(name)))
  const [state = '', version, reach] = ['estado', 'version', 'alcance'].map((name) => fields.get(name))
  return { state, version: Number(version), reach: Number(reach), data }
}

function hashOf({ hashes }: Lives, key: string): Map<string, string> {
  const hash = hashes.get(key) ?? new Map<string, string>()
  hashes.set(key, hash)
  return hash
}

function count(held: Lives, key: string, field: string, by: number): void {
  const hash = hashOf(held, key)
  hash.set(field, String(BigInt(hash.get(field) ?? 0) + BigInt(by)))
}

function leave(held: Lives, { figures }: Transition, fields: Map<string, string>, ms: number): void {
  const state = fields.get('estado') ?? ''
  const spent = ms - Number(fields.get('desde'))
  const { cases, times, states } = figureKeys(figures)
  if (spent < 0) count(held, cases, 'negativo', 1)
  const time = keyIn(times, state)
  count(held, time, boundOf(Math.max(0, spent)), 1)
  count(held, time, 'cuenta', 1)
  count(held, time, 'suma_ms', Math.max(0, spent))
  count(held, states, state, -1)
}

function enter(held: Lives, effect: Transition, event: ModelEvent, to: string): void {
  const { figures, life } = effect
  const fields = hashOf(held, entityOf(effect, event))
  const machine = machineOf(life, Number(fields.get('version')))
  if (machine === undefined) return
  fields.set('estado', to).set('desde', String(event.ms))
  fields.set('alcance', String(Math.max(Number(fields.get('alcance')), placeOf(machine, to))))
  count(held, figureKeys(figures).states, to, 1)
}

/** Whether its life goes on; what lives by a machine that is not here has any state. */
function isLive(life: Life, fields: ReadonlyMap<string, string>): boolean {
  const state = fields.get('estado')
  const machine = machineOf(life, Number(fields.get('version')))
  return state !== undefined && !machine?.final.includes(state)
}

/** Lists an entity among those that go on, in its state, and counts it for its version; `before`: as it was. */
function list(held: Lives, effect: Transition, id: string, before: ReadonlyMap<string, string>): void {
  const { figures, life, key } = effect
  const keys = figureKeys(figures)
  const fields = hashOf(held, `${key}:${id}`)
  const [wasLive, live] = [isLive(life, before), isLive(life, fields)]
  const [from, to] = [before.get('version') ?? '', fields.get('version') ?? '']
  if (wasLive !== live || from !== to) {
    if (wasLive) count(held, keys.versions, from, -1)
    if (live) count(held, keys.versions, to, 1)
  }
  held.sets.get(keyIn(keys.live, before.get('estado') ?? ''))?.delete(id)
  if (!live) return
  const set = keyIn(keys.live, fields.get('estado') ?? '')
  held.sets.set(set, (held.sets.get(set) ?? new Map<string, number>()).set(id, Number(fields.get('desde'))))
}

function add(held: Lives, effect: Transition, event: ModelEvent): Lives {
  const { figures, life } = effect
  const entity = entityOf(effect, event)
  const before = standingOf(held, entity)
  const asked = askedOf(effect, event)
  const verdict = judge(life, before, asked)
  if (verdict === undefined || verdict === 'unknown') throw new Error('refused events are not added')
  const fields = hashOf(held, entity)
  const then = new Map(fields)
  if (before === undefined) {
    for (const [name, content] of Object.entries(asked.data ?? {})) fields.set(name, content)
    fields
      .set('version', String(asked.version))
      .set('creado', String(event.ms))
      .set('n', '0')
      .set('alcance', '0')
  }
  const { case: what, to } = verdict
  const moves = what === 'movio' || what === 'salto'
  if (moves && before !== undefined) leave(held, effect, fields, event.ms)
  if (moves) enter(held, effect, event, to)
  if (what === 'migrado') fields.set('version', String(asked.version))
  list(held, effect, String(event.value[effect.id]), then)
  count(held, figureKeys(figures).cases, what, 1)
  const n = Number(fields.get('n')) + 1
  fields.set('n', String(n))
  if (moves || n <= HISTORY_ENTRIES) {
    const entry = { n, caso: what, de: before?.state ?? '', a: to, evento: asked.event, actor: asked.actor }
    const text = JSON.stringify({ ...entry, time: event.time })
    hashOf(held, historyKey(entity)).set(identityText(event.source, event.id), text)
  }
  return held
}

/** Everything stands for one: figures are of all entities. */
export const transitionModel: Model<Transition, Lives> = {
  key: ({ key }) => key,
  standsFor: ({ key }) => key,
  judge(held, effect, event) {
    const standing = standingOf(held, entityOf(effect, event))
    const asked = askedOf(effect, event)
    const verdict = judge(effect.life, standing, asked)
    if (verdict === 'unknown')
      return new Failure('unavailable', `nobody here knows version ${standing?.version}`)
    if (verdict !== undefined) {
      const leaves = standing !== undefined && (verdict.case === 'movio' || verdict.case === 'salto')
      const since = Number(held?.hashes.get(entityOf(effect, event))?.get('desde'))
      return {
        ...{ verdict: verdict.case, from: standing?.state ?? '', to: verdict.to },
        ...(leaves && { spentMs: Math.max(0, event.ms - since) }),
      }
    }
    if (standing === undefined) return refusedMove(asked.event, undefined, [])
    const machine = machineOf(effect.life, standing.version)
    const allowed = allowedNext(machine, standing.state, asked.data === undefined ? asked.actor : undefined)
    return refusedMove(
      asked.event,
      standing.state,
      allowed.map((move) => move.event),
    )
  },
  add: (held = { hashes: new Map(), sets: new Map() }, effect, event) => add(held, effect, event),
  contents: ({ hashes, sets }) => [
    ...Array.from(hashes, ([key, hash]): [string, Content] => [key, { hash: [...hash].sort(byFirst) }]),
    ...[...sets]
      .filter(([, set]) => set.size > 0)
      .map(([key, set]): [string, Content] => [key, { ranks: [...set].sort(byFirst) }]),
  ],
  load(content, _effect, key, held = { hashes: new Map(), sets: new Map() }) {
    if ('hash' in content) held.hashes.set(key, new Map(content.hash))
    if ('ranks' in content) held.sets.set(key, new Map(content.ranks))
    return held
  },
}
