/** What the documents point at is there: links, files named in code spans, npm scripts, commands of the command line. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPO_DIR } from '../../lib/paths.ts'

const documents = globSync(['*.md', 'docs/**/*.md', '{locust,grafana,knative,kafka}/**/*.md'], {
  cwd: REPO_DIR,
}).sort()
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(REPO_DIR, 'package.json'), 'utf8'),
)

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

describe.each(documents)('%s', (document) => {
  const text = readFileSync(join(REPO_DIR, document), 'utf8')

  it('links lead somewhere', () => {
    const dead = [...text.matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].flatMap(([, link = '']) => {
      const [path = '', anchor] = link.split('#')
      const file = path === '' ? join(REPO_DIR, document) : join(REPO_DIR, dirname(document), path)
      if (!existsSync(file)) return [link]
      return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor) ? [] : [link]
    })
    expect(dead).toEqual([])
  })

  it('files and folders it names are there', () => {
    const spans = [
      ...text.matchAll(
        /`((?:functions|scripts|proto|locust|grafana|knative|kafka|docs|patches)\/[^`\s<…]*)`/g,
      ),
    ]
    const paths = spans.map(([, path = '']) => path).filter((path) => !/[*<{]|\.caudal/.test(path))
    expect(paths.filter((path) => !existsSync(join(REPO_DIR, path)))).toEqual([])
  })

  it('npm scripts it names are there', () => {
    const named = [...text.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})
