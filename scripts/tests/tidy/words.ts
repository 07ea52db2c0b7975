/** What the code may not say: names of domains outside their own files, unfinished work, this or that machine. */
import type { Domain } from '../../../functions/_core/domain.ts'
import { type Source, withoutComments } from './sources.ts'

/** What only a domain's own files may name: all that would have to change with it. */
export const namesOf = (domain: Domain): readonly string[] => [
  domain.name,
  domain.topic,
  domain.type,
  domain.grpc.fullName,
  ...domain.routes.map(({ path }) => path),
]

/** Literals of a module that contain one of the words as a whole. */
export function literalsWith({ text }: Source, words: readonly string[]): readonly string[] {
  const anyWord = words.map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('|')
  const whole = new RegExp(`(?<![\\w-])(?:${anyWord})(?![\\w-])`)
  const literals = withoutComments(text).match(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g)
  return (literals ?? []).filter((literal) => whole.test(literal))
}

/** Each with why it may not be there. */
export const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\b(TODO|FIXME|XXX)\b/, 'work that is not done'],
  [/\bhack(s|y|ish)?\b/i, 'say what it does and why'],
  [/(?<![\w.])\/(root|home|Users)\/\w|\/work\/|\.\.\/shared\//, 'a path of one machine'],
  [/"resolved":/, 'the address of one registry'],
  [/\bas unknown as\b|@ts-(ignore|nocheck)/, 'a type that is not checked'],
]
