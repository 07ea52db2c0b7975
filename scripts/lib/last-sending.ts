/** What the newest sending of a CSV file was like: the client writes it down, reports read it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CSV_DIR } from './paths.ts'

export interface LastSending {
  readonly file: string
  readonly domain: string
  readonly target: string
  /** RFC 3339. */
  readonly ended: string
  readonly stored: number
  /** The send time: of the whole file. */
  readonly seconds: number
  readonly perSecond: number
  /** Of one row, from its first attempt to its acknowledgement. */
  readonly latencyMs: {
    readonly mean: number
    readonly p50: number
    readonly p95: number
    readonly p99: number
  }
}

const fileIn = (dataDir: string, domain: string): string => join(dataDir, CSV_DIR, `last-${domain}.json`)

export function writeLastSending(dataDir: string, sending: LastSending): void {
  const file = fileIn(dataDir, sending.domain)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(sending)}\n`)
}

export function readLastSending(dataDir: string, domain: string): LastSending | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir, domain), 'utf8'))
  } catch {
    return undefined
  }
}
