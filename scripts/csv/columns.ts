/** Which columns of a CSV file hold which fields of a domain, found by its header. */
import type { Domain, Value } from '../../functions/_core/domain.ts'
import type { Field } from '../../functions/_core/fields.ts'
import { UserError } from '../lib/user-error.ts'

/** What a record says of each field: text, or a number where the field is one. */
export type RowReader = (record: readonly string[]) => Value

/**
 * A column is a field's by any name that the domain knows for it, whatever the case, accents, spaces, `_` and `-`. The
 * name that stands first in the domain wins; columns that are no field's are ignored.
 *
 * @throws UserError that names the fields without a column, and the columns that a field has twice
 */
export function rowReader({ fields, name }: Domain, header: readonly string[]): RowReader {
  const places = new Map(header.map((column, place) => [plain(column), place] as const).reverse())
  const columns = fields.map((field) => ({ field, places: placesOf(field, places) }))
  const missing = columns.filter(({ field, places: found }) => found === undefined && !isOptional(field))
  if (missing.length > 0) {
    throw new UserError(
      `The first line of the file must name its columns. Of ${name} there is none for ` +
        `${missing.map(({ field }) => field.name).join(', ')}; there are: ${header.join(', ')}${separatorHint(header)}`,
    )
  }
  const used = columns.flatMap(({ places: found }) => found ?? [])
  const twice = header.filter(
    (column, place) => !used.includes(place) && used.some((at) => plain(header[at] ?? '') === plain(column)),
  )
  if (twice.length > 0) {
    throw new UserError(`The first line of the file has ${twice.join(', ')} twice: which one is meant?`)
  }
  return (record) => {
    const row: Record<string, string | number> = {}
    for (const { field, places: found } of columns) {
      const text = found?.map((place) => record[place]?.trim() ?? '').join(' ')
      if (text !== undefined && !(text === '' && isOptional(field))) row[field.name] = contentOf(field, text)
    }
    return row
  }
}

/** Spreadsheets write other separators where a comma is the decimal sign. */
function separatorHint(header: readonly string[]): string {
  const found = header.length > 1 ? undefined : /[;\t|]/.exec(header[0] ?? '')?.[0]
  return found === undefined ? '' : `. Columns must be separated by commas, not by ${JSON.stringify(found)}`
}

function placesOf(
  { name, spellings = [], columns = [] }: Field,
  places: ReadonlyMap<string, number>,
): readonly number[] | undefined {
  for (const names of [[name], ...spellings.map((one) => [one]), ...columns]) {
    const found = names.map((one) => places.get(plain(one))).filter((place) => place !== undefined)
    if (found.length === names.length) return found
  }
  return undefined
}

const isOptional = ({ optional, schema }: Field): boolean =>
  optional === true || schema.safeParse(undefined).success

const plain = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/[\p{M}\s_-]/gu, '')
    .toLowerCase()

/** What is no number stays text, so that the field's own rule names it. */
function contentOf({ absent }: Field, text: string): string | number {
  return absent === 0 && /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text
}
