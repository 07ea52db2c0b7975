/** The answer to many at once: how many are stored, and what was wrong with each of the others. */
import type { Context } from 'hono'
import { type ErrorCode, Failure } from '../../_core/errors.ts'
import { LISTED_ITEMS } from '../../_core/limits.ts'
import type { Outcome } from '../../_core/ports.ts'
import { problem, problemEntry } from './problem.ts'

/** One refused item: its place in the request and, for each bad field, code, JSON pointer and text. */
export interface Rejected {
  readonly indice: number
  readonly errores: readonly { readonly code: string; readonly pointer: string; readonly detail: string }[]
}

/** Refused items whose errors are left out: how many, and their places in the request as ranges, ends included. */
export interface Omitted {
  readonly total: number
  readonly indices: readonly (readonly [first: number, last: number])[]
}

function rejected(indice: number, { code, message, fields }: Failure): Rejected {
  const entries = fields.length > 0 ? fields : [{ field: '', detail: message }]
  return { indice, errores: entries.map((entry) => ({ code, ...problemEntry(entry) })) }
}

/**
 * Gathers outcomes of a bulk request. The answer is 200 as soon as one item is stored; otherwise it is what explains
 * most, wherever it stands: a step that is unavailable, then our full queue, then what is wrong with all of them alike (400 when
 * none can be parsed, 413 when all are too large), else 422. Errors of the first refused items are listed, those of the
 * others left out: an answer must not be many times as long as its request.
 */
export class BulkAnswer {
  #stored = 0
  readonly #rejected: Rejected[] = []
  readonly #listed: number
  #omitted = 0
  readonly #ranges: [number, number][] = []
  readonly #first = new Map<ErrorCode, Failure>()

  /** @param listed refused items whose errors are listed */
  constructor(listed = LISTED_ITEMS) {
    this.#listed = listed
  }

  /** Indices may come in any order, but mostly rise. */
  add(indice: number, outcome: Outcome): void {
    if (outcome === undefined) {
      this.#stored++
      return
    }
    if (this.#rejected.length < this.#listed) this.#rejected.push(rejected(indice, outcome))
    else this.#omit(indice)
    if (!this.#first.has(outcome.code)) this.#first.set(outcome.code, outcome)
  }

  answer(c: Context, beside: Readonly<Record<string, string>> = {}): Response {
    const omitted: Omitted = { total: this.#omitted, indices: this.#ranges }
    const body = {
      almacenadas: this.#stored,
      rechazadas: this.#rejected,
      ...(this.#omitted > 0 && { omitidas: omitted }),
    }
    if (this.#stored > 0 || this.#rejected.length === 0) return c.json({ ...beside, ...body })
    const later = this.#first.get('unavailable') ?? this.#first.get('busy')
    if (later !== undefined) return problem(c, later)
    const [common] = this.#first.size === 1 ? this.#first.values() : []
    const mixed = new Failure('invalid', 'no item is valid')
    return problem(c, common === undefined || common.code === 'invalid' ? mixed : common, body)
  }

  #omit(indice: number): void {
    this.#omitted++
    const range = this.#ranges.at(-1)
    if (range !== undefined && range[1] === indice - 1) range[1] = indice
    else this.#ranges.push([indice, indice])
  }
}
