import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { embed, TARGET } from './embed.ts'

test('the module holds the script as it is now (rewritten when not)', async () => {
  const held = await readFile(TARGET, 'utf8')
  const fresh = await embed()
  if (held !== fresh) await writeFile(TARGET, fresh)
  expect(held).toBe(fresh)
})
