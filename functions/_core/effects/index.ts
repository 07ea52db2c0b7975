/** The closed set of operations that a domain's effects are made of: a new one is a file beside this and a line here. */
import type { Field } from '../fields.ts'
import type { SnapshotOptions } from '../snapshot.ts'
import { count } from './count.ts'
import { extreme } from './extreme.ts'
import { log } from './log.ts'
import { newest } from './newest.ts'
import type { LabelsOf, Operation, Section, Zero } from './operation.ts'
import { rank } from './rank.ts'
import { series } from './series.ts'
import { sum } from './sum.ts'
import { transition } from './transition.ts'

const operations = {
  count,
  sum,
  max: extreme,
  min: extreme,
  rank,
  newest,
  series,
  log,
  transition,
}

type EffectOf<O> = O extends { keys(effect: infer E): unknown } ? E : never

/**
 * What counting an event changes in Valkey.
 *
 * `key` is a Valkey key; `per` appends `:<field>` for each named field; `field` names the hash field, `member` the
 * sorted-set member (several are joined by `/`; composed.ts says how they stay apart). Enum numbers appear by their label.
 *
 * @example
 * const effects: Effect[] = [
 *   // INCR reportes:total:ropa
 *   { op: 'count', key: 'reportes:total', per: ['categoria'] },
 *   // HINCRBY stats:ingresos:suma:centavos ropa 8100, and the same as a decimal in stats:ingresos:suma
 *   { op: 'sum', key: 'stats:ingresos:suma', field: 'categoria', of: 'precio', times: 'cantidad_vendida', unit: 'cents' },
 * ]
 */
export type Effect = EffectOf<(typeof operations)[keyof typeof operations]>

export const operationOf = (effect: Effect): Operation<Effect> => operations[effect.op] as Operation<Effect>

/** Everything that operations change, in the order of the script's argument. */
export const sections: readonly Section[] = [
  ...new Set(Object.values(operations).flatMap((operation) => operation.sections)),
]

/** Every figure of a domain that is 0 before its first event. */
export function zerosOf({
  effects,
  fields,
}: HasEffects & { readonly fields: readonly Field[] }): readonly Zero[] {
  const labelsOf: LabelsOf = (name) => fields.find((field) => field.name === name)?.labels
  return effects.flatMap((effect) => operationOf(effect).zeros?.(effect, labelsOf) ?? [])
}

interface HasEffects {
  readonly effects: readonly Effect[]
}

/** Which effect of these domains a key is of. */
export function effectOfKey(
  domains: readonly HasEffects[],
  { lasting = false }: SnapshotOptions = {},
): (key: string) => Effect | undefined {
  const byKey = new Map<string, Effect>()
  const byStart: [string, Effect][] = []
  for (const effect of domains.flatMap(({ effects }) => effects)) {
    const operation = operationOf(effect)
    if (lasting && operation.expires) continue
    const { exact = [], under } = operation.keys(effect)
    for (const key of exact) byKey.set(key, effect)
    for (const start of [under ?? []].flat()) byStart.push([`${start}:`, effect])
  }
  return (key) => byKey.get(key) ?? byStart.find(([start]) => key.startsWith(start))?.[1]
}
