/** One sending of one file, from its header to the summary. */
import { createHash } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Domain } from '../../functions/_core/domain.ts'
import { LEVELS, type Level } from '../../functions/_core/load-levels.ts'
import { csvLine } from '../lib/csv.ts'
import { type LastSending, writeLastSending } from '../lib/last-sending.ts'
import { CSV_DIR } from '../lib/paths.ts'
import { UserError } from '../lib/user-error.ts'
import { openJournal } from './journal.ts'
import { type BadRow, hashOf, readRows } from './read.ts'
import { IN_FLIGHT, sendRows } from './send.ts'
import { SendFigures } from './summary.ts'
import { type Endpoint, grpcTarget, httpTarget } from './targets.ts'

export interface RunOptions extends Endpoint {
  readonly file: string
  readonly domain: Domain
  readonly level: Level
  readonly target: 'grpc' | 'http'
  /** Leave out what an earlier sending of this file to this address had acknowledged. */
  readonly resume: boolean
  readonly badFile: string
  readonly dataDir: string
  readonly signal: AbortSignal
  /** From 0 to 1, four times a second. */
  readonly onProgress?: (share: number, figures: SendFigures) => void
}

/** Of the file's hash in a key: 96 bits, and short enough for a path. */
const HASH_CHARS = 24
const PROGRESS_MS = 250
const BAD_HEADER = ['line', 'reason', 'record']

/** @throws UserError for a file that cannot be read or has not the columns it needs */
export async function sendFile(options: RunOptions): Promise<SendFigures> {
  const { file, domain, target, badFile, dataDir, onProgress } = options
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) throw new UserError(`There is no file ${file}`)
  if (found.isDirectory()) throw new UserError(`${file} is a folder`)
  if (!found.isFile())
    throw new UserError(`${file} is no file: it is read twice, first for its keys. Save it as one.`)
  const { size } = found
  const hash = (await hashOf(file)).slice(0, HASH_CHARS)
  requireSame(options, hash)
  const journal = openJournal(journalFile(options, hash), options.resume)
  const client = target === 'http' ? httpTarget(options, domain, IN_FLIGHT) : grpcTarget(options, domain)
  const reading = readRows(file, domain)
  const figures = new SendFigures()
  rmSync(badFile, { force: true })
  const onBad = ({ line, reason, raw }: BadRow): void => {
    if (figures.bad === 1) writeFileSync(badFile, csvLine(BAD_HEADER))
    appendFileSync(badFile, csvLine([line, reason, raw]))
  }
  const show = (): void => onProgress?.(size === 0 ? 1 : reading.bytes() / size, figures)
  const timer = setInterval(show, PROGRESS_MS)
  try {
    await sendRows({
      rows: reading.rows,
      keyOf: (line) => `${hash}-${line}`,
      target: client,
      rate: LEVELS[options.level],
      done: journal.done,
      onStored: journal.add,
      onBad,
      figures,
      signal: options.signal,
    })
    writeLastSending(dataDir, sendingOf(options, figures))
    requireUnchanged(file, found)
    return figures
  } finally {
    clearInterval(timer)
    journal.close()
    client.close()
  }
}

const sendingOf = ({ file, domain, target }: RunOptions, figures: SendFigures): LastSending => ({
  file,
  domain: domain.name,
  target,
  ended: new Date().toISOString(),
  stored: figures.acknowledged,
  seconds: figures.seconds,
  perSecond: figures.perSecond,
  latencyMs: {
    mean: figures.meanLatencyMs,
    p50: figures.latencyMs(0.5),
    p95: figures.latencyMs(0.95),
    p99: figures.latencyMs(0.99),
  },
})

/**
 * Notes what content the file is sent with. @throws UserError when it is to be resumed with another: its rows have other
 * keys, and those that were stored would be stored again
 */
function requireSame({ file, resume, dataDir }: RunOptions, hash: string): void {
  const path = createHash('sha256').update(resolve(file)).digest('hex').slice(0, HASH_CHARS)
  const note = join(dataDir, CSV_DIR, `${path}.sent`)
  const before = existsSync(note) ? readFileSync(note, 'utf8') : hash
  if (resume && before !== hash) {
    throw new UserError(
      `${file} has changed since it was sent: all its rows would be sent again, as others. ` +
        'Put back what was sent to resume it, or leave out --resume to send all of it.',
    )
  }
  mkdirSync(dirname(note), { recursive: true })
  writeFileSync(note, hash)
}

/** @throws UserError when it was written to meanwhile: keys are of the content that it began with */
function requireUnchanged(file: string, before: Stats): void {
  const after = statSync(file, { throwIfNoEntry: false })
  if (after !== undefined && after.size === before.size && after.mtimeMs === before.mtimeMs) return
  throw new UserError(
    `${file} has changed while it was sent: what was read since then went out under the keys of what was there. ` +
      'Put that back to resume it, and send what is new as a file of its own.',
  )
}

/** What one pipeline has acknowledged, another has not. */
function journalFile(
  { dataDir, domain, target, address, hostHeader = '' }: RunOptions,
  hash: string,
): string {
  const to = createHash('sha256').update(`${domain.topic} ${target} ${address} ${hostHeader}`).digest('hex')
  return join(dataDir, CSV_DIR, `${hash}-${to.slice(0, HASH_CHARS)}.acknowledged`)
}
