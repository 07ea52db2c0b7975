import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { DASHBOARDS, generate, RULES } from './generate.ts'

async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder)
  const texts = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])
  return Object.fromEntries(await Promise.all(texts))
}

it('dashboards and rules are what `npm run generate` writes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'caudal-dashboards-'))
  try {
    const rules = join(folder, 'rules.yml')
    await generate(join(folder, 'dashboards'), rules)
    expect(await contents(DASHBOARDS)).toEqual(await contents(join(folder, 'dashboards')))
    expect(await readFile(RULES, 'utf8')).toBe(await readFile(rules, 'utf8'))
  } finally {
    await rm(folder, { recursive: true })
  }
})
