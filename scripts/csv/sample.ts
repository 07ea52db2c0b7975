/**
 * `npx caudal csv:sample <domain>`: a CSV file of made-up rows, the same for the same seed. What the columns are and may
 * hold is in samples/<domain>.json; `{n}` in a value is the number of the row.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { csvLine } from '../lib/csv.ts'
import { type Random, randomFrom } from '../lib/statistics.ts'
import { UserError } from '../lib/user-error.ts'

type Cell = string | number

interface Sample {
  readonly header: readonly string[]
  readonly columns: Readonly<Record<string, readonly Cell[]>>
}

const ROWS = 500
const SEED = 16

/** @throws UserError when there is no such sample */
export function sampleCsv(domain: string, rows: number, seed: number): string {
  const { header, columns } = sampleOf(domain)
  const random = randomFrom(seed)
  const lines = Array.from({ length: rows }, (_, row) =>
    csvLine(header.map((column) => cell(columns[column] ?? [], random, row + 1))),
  )
  return csvLine(header) + lines.join('')
}

function cell(choices: readonly Cell[], random: Random, row: number): Cell {
  const chosen = choices[Math.floor(random() * choices.length)] ?? ''
  return typeof chosen === 'string' ? chosen.replace('{n}', String(row)) : chosen
}

function sampleOf(domain: string): Sample {
  try {
    return JSON.parse(readFileSync(join(import.meta.dirname, 'samples', `${domain}.json`), 'utf8'))
  } catch (error) {
    throw new UserError(`There is no sample of ${domain}`, { cause: error })
  }
}

export const command = (): Command =>
  new Command('csv:sample')
    .description('Writes a CSV file of made-up rows: the same for the same seed.')
    .argument('<domain>', 'what the rows are')
    .option('--rows <n>', 'how many', whole, ROWS)
    .option('--seed <n>', 'another file for each', whole, SEED)
    .option('--out <file>', 'where to (default: standard output)')
    .action((domain: string, { rows, seed, out }: { rows: number; seed: number; out?: string }) => {
      const text = sampleCsv(domain, rows, seed)
      if (out === undefined) process.stdout.write(text)
      else writeFileSync(out, text)
    })

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}
