/** What every section of a report is made from, and the frame that each has. */
import type { ArmSpec } from '../arms.ts'
import type { Report } from '../report.ts'
import type { Verdict } from '../verdict.ts'
import type { Format } from './format.ts'
import { type Child, type Markup, tag } from './markup.ts'
import { type Table, table } from './table.ts'
import type { Section, Words } from './words/words.ts'

export interface Context {
  readonly report: Report
  readonly verdict: Verdict
  readonly words: Words
  readonly format: Format
}

export const section = ({ words }: Context, name: Section, ...children: readonly Child[]): Markup =>
  tag(
    'section',
    {},
    tag('h2', { id: `${name}-${words.locale}` }, words.headings[name]),
    tag('p', { class: 'soft' }, words.notes[name]),
    children,
  )

/** A picture, and behind it the same as a table. */
export const figure = ({ words }: Context, picture: Child, behind: Table): Markup =>
  tag(
    'figure',
    {},
    picture,
    tag('details', {}, tag('summary', {}, `${words.table}: ${behind.caption}`), table(behind)),
  )

export const legend = (items: readonly { readonly colour: string; readonly name: string }[]): Markup =>
  tag(
    'ul',
    { class: 'legend' },
    items.map(({ colour, name }) => tag('li', {}, tag('span', { class: colour }), name)),
  )

export const armsOf = (
  { report }: Context,
  ...questions: readonly ArmSpec['question'][]
): readonly ArmSpec[] => report.arms.filter(({ question }) => questions.includes(question))
