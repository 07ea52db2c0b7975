import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generate } from './generate.ts'

const COMMITTED = join(import.meta.dirname, '../../functions/_core/gen')

async function contents(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const texts = files.map(async (file) => [file.slice(dir.length + 1), await readFile(file, 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

it('functions/_core/gen is what `npm run generate` makes of proto/', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-gen-'))
  try {
    await generate(dir)
    expect(await contents(COMMITTED)).toEqual(await contents(join(dir, 'gen')))
  } finally {
    await rm(dir, { recursive: true })
  }
})
