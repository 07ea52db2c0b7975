/** The answer to many at once: how many are stored, and what was wrong with each of the others. */
import type { Context } from 'hono'
import { type ErrorCode, Failure } from '../../_core/errors.ts'
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
 * Gathers outcomes of a bulk request. The answer is 200 as soon as one item is stored; otherwise it is what explains
 * most, wherever it stands: a step that is unavailable, then our full queue, then what is wrong with all of them alike (400 when
 * none can be parsed, 413 when all are too large), else 422.
 */
export class BulkAnswer {
  #stored = 0
  readonly #rejected: Rejected[] = []
  readonly #first = new Map<ErrorCode, Failure>()

  add(indice: number, outcome: Outcome): void {
    if (outcome === undefined) {
      this.#stored++
      return
    }
    this.#rejected.push(rejected(indice, outcome))
    if (!this.#first.has(outcome.code)) this.#first.set(outcome.code, outcome)
  }

  answer(c: Context, beside: Readonly<Record<string, string>> = {}): Response {
    const body = { almacenadas: this.#stored, rechazadas: this.#rejected }
    if (this.#stored > 0 || this.#rejected.length === 0) return c.json({ ...beside, ...body })
    const later = this.#first.get('unavailable') ?? this.#first.get('busy')
    if (later !== undefined) return problem(c, later)
    const [common] = this.#first.size === 1 ? this.#first.values() : []
    const mixed = new Failure('invalid', 'no item is valid')
    return problem(c, common === undefined || common.code === 'invalid' ? mixed : common, body)
  }
}
