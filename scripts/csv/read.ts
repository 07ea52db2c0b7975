/**
 * A CSV file of events, read as a stream (RFC 4180: quotes, and commas and line ends inside values): each record with the
 * number of the line that it begins on, as a checked value or with why it is none. A bad record never harms the others.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type CsvError, type Info, parse } from 'csv-parse'
import { accept } from '../../functions/_core/accept.ts'
import type { Domain, Value } from '../../functions/_core/domain.ts'
import { asFailure } from '../../functions/_core/errors.ts'
import { SINGLE_BODY_BYTES } from '../../functions/_core/limits.ts'
import { UserError } from '../lib/user-error.ts'
import { type RowReader, rowReader } from './columns.ts'

export interface GoodRow {
  /** From 1. */
  readonly line: number
  readonly value: Value
}

export interface BadRow {
  readonly line: number
  readonly reason: string
  /** As it is in the file. */
  readonly raw: string
}

export interface Reading {
  readonly rows: AsyncIterable<GoodRow | BadRow>
  /** Bytes of the file that were read so far. */
  readonly bytes: () => number
}

export const isBad = (row: GoodRow | BadRow): row is BadRow => 'reason' in row

/** Of the content, so that a file that was renamed or copied is the same one. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

interface ParsedRecord {
  readonly record: readonly string[]
  readonly raw: string
  readonly info: Info
}

const OPTIONS = {
  bom: true,
  info: true,
  raw: true,
  skip_empty_lines: true,
  // Counted here: the parser would tell of such records beside the others, not among them.
  relax_column_count: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  // A quote inside an unquoted value is a character, not the begin of a value that swallows the next records.
  relax_quotes: true,
  skip_records_with_error: true,
}

/** @throws UserError from `rows`, for a file that is not there, has no header, or one quote that never closes */
export function readRows(file: string, domain: Domain): Reading {
  const input = createReadStream(file)
  const bad: BadRow[] = []
  const parser = input.pipe(parse({ ...OPTIONS, max_record_size: SINGLE_BODY_BYTES }))
  input.on('error', (error) => parser.destroy(error))
  parser.on('skip', (error: CsvError, raw: string | undefined) => {
    const row = badRow(error, raw ?? '')
    // What follows would be read as if it were inside the quotes.
    if (error.code === 'CSV_MAX_RECORD_SIZE') parser.destroy(new UserError(`${file}: ${row.reason}`))
    else bad.push(row)
  })
  async function* rows(): AsyncGenerator<GoodRow | BadRow> {
    let header: Header | undefined
    try {
      for await (const parsed of parser as AsyncIterable<ParsedRecord>) {
        if (header === undefined) header = headerOf(parsed, domain, file)
        else yield rowOf(parsed, header, domain)
      }
    } catch (error) {
      throw error instanceof UserError ? error : unreadable(file, error)
    }
    if (header === undefined) throw new UserError(`${file} has no line that names its columns`)
    yield* bad
  }
  return { rows: rows(), bytes: () => input.bytesRead }
}

const unreadable = (file: string, error: unknown): UserError =>
  new UserError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`, { cause: error })

const REPLACEMENT = '\u{fffd}'

interface Header {
  readonly read: RowReader
  readonly columns: number
}

/** A column whose name cannot be read would be taken for none of the domain's, and left out of every row. */
function headerOf({ record, raw }: ParsedRecord, domain: Domain, file: string): Header {
  if (raw.includes(REPLACEMENT)) {
    throw new UserError(`${file} is not UTF-8: its first line has ${raw.trim()}. Save it as UTF-8.`)
  }
  return { read: rowReader(domain, record), columns: record.length }
}

function rowOf(
  { record, raw, info }: ParsedRecord,
  { read, columns }: Header,
  domain: Domain,
): GoodRow | BadRow {
  const line = firstLine(info.lines, raw)
  if (raw.includes(REPLACEMENT)) return { line, raw: raw.trim(), reason: 'it is not UTF-8' }
  if (record.length !== columns) return { line, raw: raw.trim(), reason: OTHER_LENGTH }
  try {
    return { line, value: accept(domain, read(record), 'required') }
  } catch (error) {
    return { line, raw: raw.trim(), reason: asFailure(error).message }
  }
}

const OTHER_LENGTH = 'it has not as many values as the first line has columns'
const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed: all that follows is inside it',
  CSV_MAX_RECORD_SIZE: `a record is longer than ${SINGLE_BODY_BYTES} bytes: is a quote never closed?`,
}

function badRow(error: CsvError, raw: string): BadRow {
  const lines = Number(error.lines ?? 0)
  const line = firstLine(lines, raw)
  const why = REASONS[error.code] ?? error.message
  return {
    line,
    raw: raw.trim(),
    reason: error.code === 'CSV_MAX_RECORD_SIZE' ? `line ${line}: ${why}` : why,
  }
}

/** The parser says on which line a record ends. */
const firstLine = (lastLine: number, raw: string): number =>
  lastLine - (raw.trim().match(/\r\n|\n|\r/g)?.length ?? 0)
