import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { DIAGRAMS_FILE, withDiagrams } from './diagrams.ts'

it('docs/domains.md draws the lives as they are: `npm run generate`', async () => {
  const document = await readFile(DIAGRAMS_FILE, 'utf8')
  expect(document).toBe(withDiagrams(document))
  expect(document).toContain('s1 --> s2: preparar (persona, sistema)')
})
