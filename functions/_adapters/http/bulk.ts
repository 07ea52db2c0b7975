/** The answer to many at once: how many are stored, and what was wrong with each of the others. */
import type { Context } from 'hono'
import { Failure } from '../../_core/errors.ts'
import type { Outcome } from '../../_core/ports.ts'
import { problem, problemEntry } from './problem.ts'

/** One refused item: its place in the request and, for each bad field, code, JSON pointer and text. */
export interface Rejected {
  readonly indice: number
  readonly errores: readonly { readonly code: string; readonly pointer: string; readonly detail: string }[]
}

function rejected(indice: number, { code, message, fields }: Failure): Rejected {
  const entries = fields.length > 0 ? fields : [{ field: '', detail: message }]
  return { indice, errores: entries.map((entry) => ({ code, ...problemEntry(entry) })) }
}

/**
 * Gathers outcomes of a bulk request. The answer is 200 as soon as one item is stored; otherwise it is the error that
 * explains most: a step that is away, then our full queue, then the first bad item's.
 */
export class BulkAnswer {
  #stored = 0
  readonly #rejected: Rejected[] = []
  #worst: Failure | undefined

  add(indice: number, outcome: Outcome): void {
    if (outcome === undefined) {
      this.#stored++
      return
    }
    this.#rejected.push(rejected(indice, outcome))
    if (this.#worst === undefined || rank(outcome) > rank(this.#worst)) this.#worst = outcome
  }

  answer(c: Context, beside: Readonly<Record<string, string>> = {}): Response {
    const body = { ...beside, almacenadas: this.#stored, rechazadas: this.#rejected }
    if (this.#stored > 0 || this.#worst === undefined) return c.json(body)
    if (rank(this.#worst) > 0) return problem(c, this.#worst)
    const whole = this.#worst.code === 'invalid' ? new Failure('invalid', 'no item is valid') : this.#worst
    return problem(c, whole, { almacenadas: 0, rechazadas: this.#rejected })
  }
}

const RANKS: Readonly<Partial<Record<Failure['code'], number>>> = { unavailable: 2, busy: 1 }
const rank = (failure: Failure): number => RANKS[failure.code] ?? 0
