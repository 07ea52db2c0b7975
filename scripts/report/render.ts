/** A report as one HTML file without anything from elsewhere, and as CSV. */
import { html, raw } from 'hono/html'
import { csvLine } from '../lib/csv.ts'
import type { Table } from './rows.ts'

const STYLE = `:root{color-scheme:light dark;font:15px system-ui}body{max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin-block:.5rem 2rem}th,td{padding:.2rem .8rem;border-bottom:1px solid #8884;text-align:start}
td{font-variant-numeric:tabular-nums}`

/** hono's `html` escapes what is put into it. */
export function htmlOf(title: string, made: string, tables: readonly Table[]): string {
  const sections = tables.map(
    ({ title: name, head, rows }) =>
      html`<h2>${name}</h2><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>\n`,
  )
  return String(
    html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>${raw(STYLE)}</style><body><h1>${title}</h1><p>${made}</p>
${sections}</body></html>\n`,
  )
}

/** All tables one below the other; each line begins with its table's name. */
export const csvOf = (tables: readonly Table[]): string =>
  tables
    .flatMap(({ title, head, rows }) => [
      csvLine(['table', ...head]),
      ...rows.map((row) => csvLine([title, ...row])),
    ])
    .join('')
