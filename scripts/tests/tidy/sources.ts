/** The files this project is made of, as the tidiness test sees them. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPO_DIR } from '../../lib/paths.ts'

/** Made by tools, not by people. */
const NOT_OURS =
  /(^|\/)(node_modules|dist|__pycache__|golden)\/|^functions\/_core\/gen\/|^package-lock\.json$|^patches\/|^grafana\/dashboards\//

export interface Source {
  /** From the root, with `/`. */
  readonly path: string
  readonly text: string
  readonly lines: number
}

function read(patterns: readonly string[]): readonly Source[] {
  const files = globSync([...patterns], { cwd: REPO_DIR, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(REPO_DIR.length + 1))
  return paths
    .filter((path) => !NOT_OURS.test(path))
    .sort()
    .map((path) => {
      const text = readFileSync(join(REPO_DIR, path), 'utf8')
      return { path, text, lines: text.split('\n').length - 1 }
    })
}

/** Code in every language. */
export const code = read([
  '*.ts',
  '{functions,scripts,grafana,locust,proto}/**/*.{ts,tsx,css,mjs,lua,py,proto}',
])
/** Everything that people read. */
export const texts = [
  ...code,
  ...read([
    '*.{json,md}',
    '{knative,kafka,grafana,docs}/**/*.{yaml,yml,md,json,conf}',
    'scripts/**/Dockerfile',
  ]),
]
export const typescript = code.filter(({ path }) => /\.tsx?$/.test(path))

/** Tests and what only they stand on, which may name and import anything. */
const isTest = ({ path, text }: Source): boolean =>
  /\.test\.ts$|\/_testing\/|^scripts\/tests\//.test(path) || /from ["']vitest\b/.test(text)

/** What runs in production, or as a script. */
export const production = typescript.filter((source) => !isTest(source))

/** Text without comments, so that prose in them counts for nothing. */
export const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{}(,])\/\/.*$/gm, '$1')
