/** Look-ups over the domains a function was given. */
import type { Domain } from './domain.ts'
import { Failure } from './errors.ts'

export interface Registry {
  readonly all: readonly Domain[]
  /** By CloudEvents `type`. */
  byType(type: string): Domain | undefined
  /** What a plain JSON body at the bridge is. */
  readonly plainAtBridge: Domain | undefined
}

export function registryOf(domains: readonly Domain[]): Registry {
  const types = new Map(domains.map((domain) => [domain.type, domain]))
  return {
    all: domains,
    byType: (type) => types.get(type),
    plainAtBridge: domains.find((domain) => domain.plainAtBridge),
  }
}

/** Each once: several domains may share one. */
export const topicsOf = (domains: readonly Pick<Domain, 'topic'>[]): string[] => [
  ...new Set(domains.map(({ topic }) => topic)),
]

/** Topics whose records are to be delivered in order. */
export const orderedTopicsOf = (domains: readonly Domain[]): string[] =>
  topicsOf(domains.filter(({ ordered }) => ordered))

/** Records that could not be counted are kept here, beside the topic they were in. */
export const deadLetterTopic = (topic: string): string => `${topic}-dead-letter`

/** What a function beside the pipeline could not do with a record: the pipeline has it all the same. */
export const followerDeadLetterTopic = (topic: string, follower: string): string =>
  `${topic}-${follower}-dead-letter`

/** @throws Failure `invalid` for a type that no domain has */
export function knownType(registry: Registry, type: string): Domain {
  const domain = registry.byType(type)
  if (domain !== undefined) return domain
  const detail = `is not one of ${registry.all.map((known) => known.type).join(', ')}`
  throw new Failure('invalid', `type ${detail}`, [{ field: 'type', detail }])
}
