import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { domains } from '../../../functions/_core/domains/index.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { kindsOf } from './measure.ts'

const kinds = kindsOf(domains, Date.UTC(2026, 10, 27))

test('the table in the docs has rows of these kinds alone', () => {
  const docs = readFileSync(join(REPO_DIR, 'docs/operations.md'), 'utf8')
  const rows = [...docs.matchAll(/^\| (\w+: an? [^|]+?) *\| *[\d.]+ *\| *[\d,]+ *\|$/gm)].map(
    ([, name]) => name,
  )
  expect(rows.length).toBeGreaterThan(10)
  expect(kinds.map(({ name }) => name)).toEqual(expect.arrayContaining(rows))
})

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  '%s differs from the one before in that alone',
  (_, kind) => {
    const [one, other] = [kind.event(7), kind.event(8)]
    const differs = Object.keys(one.value).filter((name) => one.value[name] !== other.value[name])
    expect(differs.length).toBe(/a new/.test(kind.name) ? 1 : 0)
    expect(one.id).not.toBe(other.id)
  },
)
