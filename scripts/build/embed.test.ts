import { globSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type EmbeddedFiles, folderFiles } from '../../functions/_adapters/assets/files.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { embedFiles } from './embed.ts'
import { buildWeb } from './web.ts'

type Exported = Readonly<Record<string, string | EmbeddedFiles>>
let dir = ''

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-embed-'))
  // One of the modules reads what this makes.
  await buildWeb()
})
afterAll(() => rm(dir, { recursive: true }))

async function bundled(module: string): Promise<Exported> {
  const outfile = join(dir, `${basename(module)}.mjs`)
  await build({
    entryPoints: [module],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    plugins: [embedFiles],
  })
  return await import(outfile)
}

const unpacked = (files: EmbeddedFiles): EmbeddedFiles =>
  Object.fromEntries(
    Object.entries(files).map(([name, { bytes, brotli }]) => {
      expect(brotli).toBe(true)
      return [name, { bytes: brotliDecompressSync(bytes), brotli: false }]
    }),
  )

const modules = globSync('functions/**/*.embedded.ts', { cwd: REPO_DIR })

it('finds the modules that embed files', () => {
  expect(modules).toContain(join('functions', '_adapters', 'valkey', 'lua', 'apply.embedded.ts'))
})

it.each(modules)('a bundle carries what %s reads', async (module) => {
  const path = join(REPO_DIR, module)
  const read: Exported = await import(path)
  const carried = await bundled(path)
  expect(Object.keys(carried).sort()).toEqual(Object.keys(read).sort())
  for (const [name, value] of Object.entries(carried)) {
    expect(typeof value === 'string' ? value : unpacked(value)).toEqual(read[name])
  }
})

it('a folder is read with the folders in it', async () => {
  const folder = join(dir, 'pages')
  await mkdir(join(folder, 'assets'), { recursive: true })
  await writeFile(join(folder, 'index.html'), '<!doctype html>')
  await writeFile(join(folder, 'assets', 'a.js'), '1')
  expect(folderFiles(folder)).toEqual({
    'assets/a.js': { bytes: Buffer.from('1'), brotli: false },
    'index.html': { bytes: Buffer.from('<!doctype html>'), brotli: false },
  })
})

it('a folder that is not there is an error with its path', () => {
  expect(() => folderFiles(join(dir, 'none'))).toThrow(/ENOENT.*none/)
})
