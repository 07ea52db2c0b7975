/** The import rules of `npm run check` find what they should: a small tree of planted imports, judged by the real rules. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { cruise, type IConfiguration } from 'dependency-cruiser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { REPO_DIR } from '../../lib/paths.ts'

const { default: config }: { readonly default: IConfiguration } = await import(
  join(REPO_DIR, '.dependency-cruiser.mjs')
)

const CASES: readonly (readonly [from: string, to: string, allowed: boolean])[] = [
  ['functions/a/main.ts', 'functions/_runtime/x.ts', true],
  ['functions/a/handler.ts', 'functions/_adapters/x.ts', true],
  ['functions/a/handler2.ts', 'functions/_runtime/x.ts', false],
  ['functions/a/handler3.ts', 'functions/b/other.ts', false],
  ['functions/a/handler4.ts', 'scripts/lib/x.ts', false],
  ['functions/_core/x1.ts', 'functions/_core/y.ts', true],
  ['functions/_core/x2.ts', 'functions/_adapters/x.ts', false],
  ['functions/_adapters/x1.ts', 'functions/_core/y.ts', true],
  ['functions/_adapters/x2.ts', 'functions/_runtime/x.ts', false],
  ['functions/_runtime/x1.ts', 'functions/_adapters/x.ts', false],
  ['functions/b/handler.ts', 'functions/b/handler.test.ts', false],
  ['scripts/lib/a.ts', 'functions/_runtime/x.ts', true],
  ['scripts/lib/b.ts', 'functions/b/other.ts', false],
  ['scripts/lib/c.ts', 'scripts/local/x.ts', false],
  ['scripts/kafka-source/a.ts', 'functions/_adapters/x.ts', true],
  ['scripts/kafka-source/b.ts', 'functions/_adapters/cloudevents/x.ts', false],
  ['scripts/ledger/a.ts', 'scripts/kafka-source/x.ts', true],
  ['scripts/ledger/b.ts', 'scripts/build/x.ts', false],
  ['scripts/local/a.ts', 'scripts/ledger/x.ts', true],
  ['scripts/local/b.ts', 'scripts/deploy/x.ts', false],
  ['scripts/measure/a.ts', 'scripts/local/x.ts', true],
  ['scripts/tests/e2e/a.ts', 'scripts/measure/x.ts', true],
  ['grafana/src/a.ts', 'functions/_core/y.ts', true],
  ['grafana/src/b.ts', 'functions/_adapters/x.ts', false],
  ['grafana/src/c.ts', 'scripts/lib/x.ts', false],
]

let dir: string
let found: Set<string>
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-imports-'))
  const files = new Map<string, string>(CASES.map(([, to]) => [to, 'export const x = 1\n']))
  for (const [from, to] of CASES) files.set(from, `import './${relative(dirname(from), to)}'\n`)
  files.set('functions/_core/z.ts', `import type { Server } from 'node:http'\nexport type S = Server\n`)
  files.set('functions/c/one.ts', `import './two.ts'\n`)
  files.set('functions/c/two.ts', `import './one.ts'\n`)
  for (const [path, text] of files) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  const { output } = await cruise(['functions', 'scripts', 'grafana'], {
    ...config.options,
    baseDir: dir,
    validate: true,
    ruleSet: { forbidden: config.forbidden ?? [] },
  })
  if (typeof output === 'string') throw new Error(output)
  found = new Set(output.summary.violations.map(({ from, to }) => `${from} → ${to}`))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

it.each(CASES)('%s may import %s: %s', (from, to, allowed) => {
  expect(!found.has(`${from} → ${to}`)).toBe(allowed)
})

it('_core may not import Node, and nothing imports in a circle', () => {
  const planted = [...found].filter((one) => /_core\/z|functions\/c\//.test(one))
  expect(planted.sort()).toEqual(['functions/_core/z.ts → http', 'functions/c/one.ts → functions/c/two.ts'])
})
