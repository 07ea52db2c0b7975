/**
 * Scripts travel inside the bundles: apply.lua becomes the module apply.lua.ts, which Node, vitest and esbuild all
 * import alike. Run as `npm run generate`; a test checks its freshness.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const TARGET = join(import.meta.dirname, 'apply.lua.ts')

export async function embed(): Promise<string> {
  const lua = await readFile(join(import.meta.dirname, 'apply.lua'), 'utf8')
  const literal = lua.replace(/[\\`]|\$\{/g, '\\$&')
  return `/** Generated from apply.lua by embed.ts. */\nexport const APPLY_LUA = \`${literal}\`\n`
}

if (import.meta.main) await writeFile(TARGET, await embed())
