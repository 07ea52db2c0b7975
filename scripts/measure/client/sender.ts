/** One connection of a load, and what an answer on it means. */
import type { Value } from '../../../functions/_core/domain.ts'

/** `refused`: none of it is stored. `unknown`: nobody said whether it is. */
export type Answer = 'stored' | 'refused' | 'unknown'

export interface Sender {
  /** It never rejects. */
  send(events: readonly Value[]): Promise<Answer>
  close(): unknown
}

const OK = 200
const INVALID = 422
const BUSY = 429
const MANY = /"almacenadas":(\d+)/

/** @param body of a bulk endpoint says how many it stored: all of them, or which of them is not known here */
export function answered(status: number, body: string, events: number): Answer {
  if (status === INVALID || status === BUSY) return 'refused'
  if (status !== OK) return 'unknown'
  const stored = MANY.exec(body)?.[1]
  return stored === undefined || Number(stored) === events ? 'stored' : 'unknown'
}
