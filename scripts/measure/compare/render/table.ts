/** A table with a caption; the first column names the row. */
import { type Child, type Markup, tag } from './markup.ts'

export interface Table {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly Child[])[]
}

/** It can be scrolled by keyboard where it is too wide. */
export const table = ({ caption, head, rows }: Table): Markup =>
  tag(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    tag(
      'table',
      {},
      tag('caption', {}, caption),
      tag(
        'thead',
        {},
        tag(
          'tr',
          {},
          head.map((name) => tag('th', { scope: 'col' }, name)),
        ),
      ),
      tag(
        'tbody',
        {},
        rows.map(([name, ...cells]) =>
          tag(
            'tr',
            {},
            tag('th', { scope: 'row' }, name),
            cells.map((cell) => tag('td', {}, cell)),
          ),
        ),
      ),
    ),
  )
