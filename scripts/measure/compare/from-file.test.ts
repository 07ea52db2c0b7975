import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import * as z from 'zod'
import { madeReport } from './_testing/made-report.ts'
import { readReport } from './from-file.ts'
import { reportSchema } from './report.ts'

async function fileWith(text: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-compare-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const file = join(dir, 'report.json')
  await writeFile(file, text)
  return file
}

it('reads what was written', async () => {
  const report = madeReport()
  expect(await readReport(await fileWith(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)))
})

it.each([
  ['no JSON', '{', 'JSON'],
  ['another version', JSON.stringify({ ...madeReport(), version: 2 }), 'version'],
  ['a field that is missing', JSON.stringify({ ...madeReport(), cells: undefined }), 'cells'],
])('%s is an error that says so', async (_, text, named) => {
  await expect(readReport(await fileWith(text))).rejects.toThrow(named)
})

it('a file that is not there is an error that names it', async () => {
  await expect(readReport('/nowhere/report.json')).rejects.toThrow('/nowhere/report.json')
})

it('has a schema', () => {
  expect(z.toJSONSchema(reportSchema)).toMatchObject({
    type: 'object',
    required: expect.arrayContaining(['cells']),
  })
})
