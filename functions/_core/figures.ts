/**
 * What can be shown of a domain, told from its effects alone: a new domain has its board without a line of its own.
 * Each figure is one thing to look at: an effect by itself, an effect for each label of an enum, or the number of events
 * by a field together with the sums by the same field.
 */
import type { Domain, Effect } from './domain.ts'

interface Named {
  /** Unique in its domain, fit for a path. */
  readonly id: string
  /** The Valkey key, without a prefix. */
  readonly key: string
}

/** A sum beside the number of events: what is added, times what. Money is kept in cents and shown as decimals. */
export interface Measure {
  readonly name: string
  readonly of: string
  readonly times?: string
  readonly unit: 'cents' | 'count'
  readonly key: string
}

export interface Total extends Named {
  readonly kind: 'total'
}
export interface Breakdown extends Named {
  readonly kind: 'breakdown'
  readonly by: string
  /** The labels are a closed set. */
  readonly isEnum: boolean
  readonly labels: readonly string[]
  /** One string key for each label, not the fields of one hash. */
  readonly isKeyed: boolean
  /** The sorted set whose members are the labels, where they are no closed set. */
  readonly labelsFrom: string | undefined
  readonly measures: readonly Measure[]
}
export interface Extreme extends Named {
  readonly kind: 'extreme'
  readonly which: 'max' | 'min'
  readonly of: string
}
export interface Ranking extends Named {
  readonly kind: 'ranking'
  readonly member: readonly string[]
  readonly by: string | null
  readonly group: { readonly field: string; readonly label: string } | null
}
export interface History extends Named {
  readonly kind: 'history'
  readonly of: string
  readonly per: readonly string[]
  readonly keep: number
}
export interface Series extends Named {
  readonly kind: 'series'
  readonly bucketSeconds: number
  readonly spanSeconds: number
  readonly keepSeconds: number
}
export interface EventLog extends Named {
  readonly kind: 'log'
  readonly keep: number
}
export type Figure = Total | Breakdown | Extreme | Ranking | History | Series | EventLog

type Of<Op extends Effect['op']> = Extract<Effect, { op: Op }>

export function figuresOf(domain: Domain): readonly Figure[] {
  return domain.effects.flatMap((effect): readonly Figure[] => {
    switch (effect.op) {
      case 'count':
        return counted(domain, effect)
      case 'sum':
        // Beside the number of events by the same field; by itself only where there is none.
        return countOf(domain, effect.field) === undefined
          ? [breakdown(domain, effect.key, effect.field)]
          : []
      case 'max':
      case 'min':
        return [{ ...named(effect.key), kind: 'extreme', which: effect.op, of: effect.of }]
      case 'rank':
        return ranked(domain, effect)
      case 'newest':
        return [
          {
            ...named(effect.key),
            kind: 'history',
            of: effect.of,
            per: effect.per ?? [],
            keep: effect.keep,
          },
        ]
      case 'series': {
        const { key, bucketSeconds, spanSeconds, keepSeconds } = effect
        return [{ ...named(key), kind: 'series', bucketSeconds, spanSeconds, keepSeconds }]
      }
      case 'log':
        return [{ ...named(effect.key), kind: 'log', keep: effect.keep }]
      default:
        return []
    }
  })
}

const named = (key: string): Named => ({ id: key.replaceAll(':', '.'), key })

const labelsOf = (domain: Domain, field: string): readonly string[] | undefined =>
  domain.fields.find(({ name }) => name === field)?.labels

const countOf = (domain: Domain, field: string): Of<'count'> | undefined =>
  domain.effects.find((effect) => effect.op === 'count' && effect.field === field) as Of<'count'> | undefined

function counted(domain: Domain, { key, per = [], field }: Of<'count'>): readonly Figure[] {
  if (field !== undefined) return per.length === 0 ? [breakdown(domain, key, field)] : []
  const [by, second] = per
  if (by === undefined) return [{ ...named(key), kind: 'total' }]
  const labels = labelsOf(domain, by)
  // Keys of values that nobody can list are not shown.
  if (labels === undefined || second !== undefined) return []
  const closed = { isEnum: true, labels, isKeyed: true, labelsFrom: undefined, measures: [] }
  return [{ ...named(key), kind: 'breakdown', by, ...closed }]
}

function breakdown(domain: Domain, key: string, by: string): Breakdown {
  const labels = labelsOf(domain, by)
  const ranking = domain.effects.find(
    (effect): effect is Of<'rank'> =>
      effect.op === 'rank' && !effect.per && effect.member.length === 1 && effect.member[0] === by,
  )
  return {
    ...named(key),
    kind: 'breakdown',
    by,
    isEnum: labels !== undefined,
    labels: labels ?? [],
    isKeyed: false,
    labelsFrom: labels === undefined ? (ranking?.key ?? undefined) : undefined,
    measures: domain.effects.flatMap((effect) =>
      effect.op === 'sum' && effect.field === by ? [measureOf(effect)] : [],
    ),
  }
}

function measureOf({ key, of, times, unit }: Of<'sum'>): Measure {
  const name = times === undefined ? of : `${of} × ${times}`
  return { name, of, ...(times !== undefined && { times }), unit: unit ?? 'count', key }
}

function ranked(domain: Domain, effect: Of<'rank'>): readonly Ranking[] {
  const { key, per = [], member } = effect
  const by = effect.by ?? null
  const [field, second] = per
  if (field === undefined) return [{ ...named(key), kind: 'ranking', member, by, group: null }]
  const labels = second === undefined ? labelsOf(domain, field) : undefined
  return (labels ?? []).map((label) => ({
    ...named(`${key}:${label}`),
    kind: 'ranking',
    member,
    by,
    group: { field, label },
  }))
}
