/** Adds a third domain to a copy of the project the way docs/domains.md says, sends it through every endpoint, and opens its board. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { buildWeb } from '../../build/web.ts'
import { REPO_DIR } from '../../lib/paths.ts'

const COPIED = ['docs', 'functions', 'grafana', 'proto', 'scripts', 'package.json', 'tsconfig.json']
const BOARD = 'functions/console/_testing/board.test.ts'
const CONFIG = `export default { test: { include: ['functions/_testing/endpoints.test.ts', '${BOARD}'] } }\n`

let copy: string
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'caudal-domain-'))
  for (const path of COPIED) await cp(join(REPO_DIR, path), join(copy, path), { recursive: true })
  // The pages know no domain: they are those of this project.
  await buildWeb()
  for (const path of ['node_modules', '.caudal']) await symlink(join(REPO_DIR, path), join(copy, path))
  await cp(join(import.meta.dirname, 'board.test.ts.txt'), join(copy, BOARD))
  await writeFile(join(copy, 'vitest.config.ts'), CONFIG)
})
afterAll(() => rm(copy, { recursive: true, force: true }))

it('takes a proto, a file and a line in the registry', { timeout: 300_000 }, async () => {
  await cp(join(import.meta.dirname, 'lecturas.proto'), join(copy, 'proto/lecturas.proto'))
  await cp(join(import.meta.dirname, 'lecturas.ts.txt'), join(copy, 'functions/_core/domains/lecturas.ts'))
  const index = join(copy, 'functions/_core/domains/index.ts')
  const registry = (await readFile(index, 'utf8'))
    .replace('import { votes }', "import { lecturas } from './lecturas.ts'\nimport { votes }")
    .replace(/(\w+)\](?=\s*$)/, '$1, lecturas]')
  await writeFile(index, registry)
  const run = execa({
    cwd: copy,
    preferLocal: true,
    localDir: REPO_DIR,
    reject: false,
    all: true,
    env: { CI: '', VALKEY_URL: inject('valkeyUrl') },
  })
  expect((await run('node', ['scripts/cli.ts', 'generate'])).all).toBe('')
  expect((await run('tsc', ['-p', '.'])).all).toBe('')
  const { exitCode, all } = await run('vitest', ['run', '--reporter=verbose', '--no-color'])
  expect(exitCode, all).toBe(0)
  for (const endpoint of ['http', 'bulk', 'procesar', 'cloudevent', 'grpc', 'record']) {
    expect(all).toContain(`lecturas > examples at ${endpoint}`)
    expect(all).toContain(`lecturas > rejects at ${endpoint}`)
  }
  expect(all).toContain('has a board')
})
