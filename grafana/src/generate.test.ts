import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generate } from './generate.ts'

const COMMITTED = join(import.meta.dirname, '..', 'dashboards')

async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder)
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

it('grafana/dashboards is what `npm run generate` writes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-dashboards-'))
  try {
    await generate(folder)
    expect(await contents(COMMITTED)).toEqual(await contents(folder))
  } finally {
    await rm(folder, { recursive: true })
  }
})
