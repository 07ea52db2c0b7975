/** A report that was written earlier: for rendering it again. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { UserError } from '../../lib/user-error.ts'
import { type Report, reportSchema } from './report.ts'

/** @throws UserError that names every bad field */
export async function readReport(file: string): Promise<Report> {
  let content: unknown
  try {
    content = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new UserError(`--from: ${file}: ${error instanceof Error ? error.message : error}`)
  }
  const parsed = reportSchema.safeParse(content)
  if (!parsed.success)
    throw new UserError(`--from: ${file} is not a report:\n${z.prettifyError(parsed.error)}`)
  return parsed.data
}
