/**
 * Draws the lives of the domains' things into docs/domains.md, from the same data that judge their events. Run as
 * `npm run generate`; the freshness test compares.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Domain } from '../../functions/_core/domain.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import { transitionOf } from '../../functions/_core/effects/transition-data.ts'
import { type Life, type Machine, statesOf } from '../../functions/_core/life.ts'
import { REPO_DIR } from '../lib/paths.ts'

export const DIAGRAMS_FILE = join(REPO_DIR, 'docs/domains.md')
const BEGIN = '<!-- Drawn by `npm run generate`: -->'
const END = '<!-- until here. -->'

/** The document with its diagrams drawn anew. @throws Error when it has no place for them */
export function withDiagrams(document: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the document has no ${BEGIN} … ${END}`)
  return `${document.slice(0, from + BEGIN.length)}\n\n${diagramsOf(domains)}\n\n${document.slice(to)}`
}

const diagramsOf = (all: readonly Domain[]): string =>
  all
    .flatMap((domain) => {
      const effect = transitionOf(domain)
      if (effect === undefined || effect.move !== undefined) return []
      const { life } = effect
      return life.machines.map((machine) => {
        const title = `${domain.words?.en.title ?? domain.title}, version ${machine.version}:`
        return [title, '', '```mermaid', ...drawn(life, machine), '```'].join('\n')
      })
    })
    .join('\n\n')

function drawn(life: Life, machine: Machine): string[] {
  const states = statesOf(machine)
  // A name of a state may have letters that not every version of mermaid takes for an id.
  const id = (state: string): string => `s${states.indexOf(state) + 1}`
  return [
    'stateDiagram-v2',
    ...states.map((state) => `  state "${state}" as ${id(state)}`),
    `  [*] --> ${id(machine.line[0] ?? '')}: ${life.birth}`,
    ...machine.moves.flatMap(({ event, from, to, by }) =>
      from.map((state) => `  ${id(state)} --> ${id(to)}: ${event} (${by.join(', ')})`),
    ),
    ...machine.final.map((state) => `  ${id(state)} --> [*]`),
  ]
}

export async function drawDiagrams(): Promise<void> {
  const document = await readFile(DIAGRAMS_FILE, 'utf8')
  await writeFile(DIAGRAMS_FILE, withDiagrams(document))
}
