/**
 * Builds the console's pages with Vite into `.caudal/web/<hash of what they are made from>/`, which `current` beside it
 * leads to: what is there already is not built again. The bundler then embeds the files. A page that loads more script
 * than the budget fails the build.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Rollup } from 'vite'

import { CAUDAL_DIR, REPO_DIR } from '../lib/paths.ts'

const source = join(REPO_DIR, 'functions/console/web')
const cache = join(CAUDAL_DIR, 'web')
/** Where functions/console/pages reads them. */
const current = join(cache, 'current')

/** What a page may load before it shows anything: script, gzipped. */
const FIRST_LOAD_BYTES = 90_000

/** What Vue asks for. Spelt so, it is no reading of a setting. */
const NODE_ENV = ['process', 'env', 'NODE_ENV'].join('.')

/** Made from the sources (without their tests), the locked packages and this file. */
function inputs(): readonly string[] {
  const own = globSync('**/*.{ts,tsx,css,html,svg}', { cwd: source }).filter(
    (path) => !/\.test\.ts$/.test(path),
  )
  return [
    ...own.map((path) => join(source, path)).sort(),
    join(REPO_DIR, 'package-lock.json'),
    import.meta.filename,
  ]
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(REPO_DIR.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex').slice(0, 16)
}

/**
 * @returns the folder of the built files: `index.html`, and under `assets/` files whose names change with their content
 * @throws Error naming the page whose first load is over the budget
 */
export async function buildWeb(): Promise<string> {
  const name = hashOf(inputs())
  const dir = join(cache, name)
  if (!existsSync(dir)) await buildInto(dir)
  if ((await readlink(current).catch(() => undefined)) !== name) {
    const link = `${current}.${randomUUID()}`
    await symlink(name, link)
    await rename(link, current)
    await removeOthers(name)
  }
  return dir
}

/** Whoever builds the same at the same time has the same files: the first one's stay. */
async function buildInto(dir: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const unfinished = `${dir}.${randomUUID()}`
  try {
    checkFirstLoads((await bundle(unfinished)).output)
    await rename(unfinished, dir).catch((error: unknown) => {
      if (!existsSync(dir)) throw error
    })
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

async function bundle(outDir: string): Promise<Rollup.RolldownOutput> {
  const result = await build({
    root: source,
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    base: '/',
    // Vue is made for production, whatever NODE_ENV says: a test runner sets it.
    define: {
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      [NODE_ENV]: '"production"',
    },
    oxc: { jsx: { runtime: 'automatic', importSource: 'vue' } },
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  })
  const [only] = Array.isArray(result) ? result : [result]
  if (only === undefined || !('output' in only)) throw new Error('Vite built nothing')
  return only
}

/** The gzipped script of each page that is loaded on its own, with all that it imports at once. */
function firstLoads(output: Rollup.RolldownOutput['output']): ReadonlyMap<string, number> {
  const chunks = new Map(
    output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])),
  )
  const closure = (name: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(name)) return seen
    seen.add(name)
    for (const imported of chunks.get(name)?.imports ?? []) closure(imported, seen)
    return seen
  }
  const bytes = (names: Set<string>) =>
    [...names].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '').length, 0)
  const entries = [...chunks.values()].filter((chunk) => chunk.isEntry).map((chunk) => chunk.fileName)
  const pages = [...chunks.values()].filter((chunk) => chunk.isDynamicEntry).map((chunk) => chunk.fileName)
  const all = (page: string) => new Set([...entries, page].flatMap((name) => [...closure(name)]))
  return new Map([...entries, ...pages].map((page) => [page, bytes(all(page))]))
}

function checkFirstLoads(output: Rollup.RolldownOutput['output']): void {
  for (const [page, bytes] of firstLoads(output)) {
    if (bytes > FIRST_LOAD_BYTES) {
      throw new Error(`${page} makes a first load of ${bytes} bytes gzipped; ${FIRST_LOAD_BYTES} are allowed`)
    }
  }
}

async function removeOthers(name: string): Promise<void> {
  const built = (await readdir(cache)).filter((entry) => /^[0-9a-f]+$/.test(entry))
  for (const other of built)
    if (other !== name) await rm(join(cache, other), { recursive: true, force: true })
}
