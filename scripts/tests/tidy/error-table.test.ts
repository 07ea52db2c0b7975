/** The README's table of errors says what the code answers, of each error and of no other. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { status } from '@grpc/grpc-js'
import { expect, it } from 'vitest'
import { ERRORS } from '../../../functions/_core/errors.ts'
import { REPO_DIR } from '../../lib/paths.ts'

/** What no gRPC call can meet. */
const HTTP_ALONE = ['misdirected', 'httpVersion']

it('has a row for each error', () => {
  const readme = readFileSync(join(REPO_DIR, 'README.md'), 'utf8')
  const rows = [...readme.matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (\S+) +\| \S.*\|$/gm)].map((row) =>
    row.slice(1),
  )
  const expected = Object.entries(ERRORS).map(([code, { http, grpc }]) => [
    code,
    String(http),
    HTTP_ALONE.includes(code) ? '–' : status[grpc],
  ])
  expect(rows.sort()).toEqual(expected.sort())
})
