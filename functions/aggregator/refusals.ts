/**
 * Which events of a packed record can never be counted, and why: a problem whose body fits what a KafkaSource keeps of an
 * answer beside the dead letter. The other events are counted; delivered again, they are duplicates.
 */
import { problemOf } from '../_adapters/http/problem.ts'
import { ERRORS, type ErrorCode, Failure } from '../_core/errors.ts'
import { ERROR_DATA_BYTES } from '../_core/limits.ts'
import type { Outcome } from '../_core/ports.ts'

/** Longer texts are cut, so that one entry always fits: the index says which event it is. In bytes of JSON. */
const NAME_BYTES = 120
const REASON_BYTES = 240
/** Of a control character. */
const LONGEST_BYTES = 6

interface Refusal {
  /** Its place in the record's batch, from 0. */
  readonly indice: number
  readonly source?: string
  readonly id?: string
  readonly motivo: string
  /** Of an event that is not allowed after what happened before. */
  readonly de?: unknown
  readonly evento?: unknown
  readonly permitidos?: unknown
}

/** @param sent the members of the batch */
export function refusalsOf(sent: readonly unknown[], outcomes: readonly Outcome[]) {
  const refusals = outcomes.flatMap((outcome, index) =>
    outcome === undefined
      ? []
      : [
          {
            indice: index,
            ...nameOf(sent[index]),
            motivo: cut(outcome.message, REASON_BYTES),
            ...outcome.members,
          },
        ],
  )
  const all = `${refusals.length} of ${outcomes.length} events can never be counted`
  const listed: Refusal[] = []
  const code = commonCode(outcomes)
  let answer = { failure: new Failure(code, all), beside: { rechazadas: [] as readonly Refusal[] } }
  for (const refusal of refusals) {
    listed.push(refusal)
    const detail = listed.length === refusals.length ? all : `${all}; the first are listed`
    const next = { failure: new Failure(code, detail), beside: { rechazadas: [...listed] } }
    if (Buffer.byteLength(problemOf(next.failure, next.beside).body) > ERROR_DATA_BYTES) break
    answer = next
  }
  return answer
}

/** What all of them have in common is why the record is a dead letter; the record itself can be read. */
function commonCode(outcomes: readonly Outcome[]): ErrorCode {
  const codes = new Set(outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome.code])))
  const [code = 'invalid'] = codes.size === 1 ? codes : []
  return ERRORS[code].http === ERRORS.invalid.http ? code : 'invalid'
}

function nameOf(sent: unknown): Pick<Refusal, 'source' | 'id'> {
  const { source, id } = (sent ?? {}) as { readonly source?: unknown; readonly id?: unknown }
  return {
    ...(typeof source === 'string' && { source: cut(source, NAME_BYTES) }),
    ...(typeof id === 'string' && { id: cut(id, NAME_BYTES) }),
  }
}

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(JSON.stringify(text)) <= bytes) return text
  return `${text.slice(0, bytes / LONGEST_BYTES - 1).toWellFormed()}…`
}
