/** `npx caudal report <domain>`: what became of the things of a domain, as HTML, CSV, or for Elasticsearch. */
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { Command, Option } from 'commander'
import type { Redis } from 'ioredis'
import { livesReader } from '../../functions/_adapters/valkey/lives.ts'
import { readLivesFigures } from '../../functions/_adapters/valkey/lives-figures.ts'
import type { Domain } from '../../functions/_core/domain.ts'
import { type Transition, transitionOf } from '../../functions/_core/effects/transition-data.ts'
import { connectOnce } from '../lib/connect-once.ts'
import { type LastSending, readLastSending } from '../lib/last-sending.ts'
import { UserError } from '../lib/user-error.ts'
import { lifeDocuments, sendingDocuments } from './elastic.ts'
import { knownDomains, settings } from './env.ts'
import { csvOf, htmlOf } from './render.ts'
import { tablesOf } from './rows.ts'

interface Given {
  readonly out: string
  readonly export?: 'elastic'
}

interface Asked {
  readonly valkey: Redis
  readonly prefix: string
  readonly domain: Domain
  readonly effect: Transition
  readonly sending: LastSending | undefined
  readonly out: string
}

const OLDEST = 50
const SCAN_COUNT = 500

export const command = (): Command =>
  new Command('report')
    .description('Writes what became of the things of a domain, from its counts in Valkey.')
    .argument('<domain>', 'whose things have a life')
    .option('--out <folder>', 'where to', 'report')
    .addOption(new Option('--export <kind>', '_bulk NDJSON instead of HTML and CSV').choices(['elastic']))
    .action(async (name: string, given: Given) => {
      const domain = knownDomains().find((candidate) => candidate.name === name)
      const effect = domain && transitionOf(domain)
      if (domain === undefined || effect === undefined) {
        throw new UserError(`There is no domain ${name} whose things have a life`)
      }
      const { VALKEY_URL, VALKEY_PREFIX: prefix, CAUDAL_DATA } = settings()
      const valkey = await connectOnce(VALKEY_URL).catch((error) => {
        const why = error instanceof Error ? error.message : String(error)
        const at = `Valkey at ${new URL(VALKEY_URL).host} cannot be reached: ${why}`
        throw new UserError(`${at} Does npm start run? Check VALKEY_URL.`, { cause: error })
      })
      try {
        const sending = readLastSending(CAUDAL_DATA, domain.name)
        mkdirSync(given.out, { recursive: true })
        const asked = { valkey, prefix, domain, effect, sending, out: given.out }
        const files = given.export === 'elastic' ? await writeElastic(asked) : await writeReport(asked)
        process.stdout.write(`${files.join('\n')}\n`)
      } finally {
        valkey.disconnect()
      }
    })

async function writeReport({ valkey, prefix, domain, effect, sending, out }: Asked): Promise<string[]> {
  const figures = await readLivesFigures(valkey, effect, { prefix, top: OLDEST })
  const tables = tablesOf(figures, sending)
  const title = domain.words?.es.title ?? domain.title
  const [page, csv] = [join(out, `${domain.name}.html`), join(out, `${domain.name}.csv`)]
  writeFileSync(page, htmlOf(title, `As of ${new Date().toISOString()}`, tables))
  writeFileSync(csv, csvOf(tables))
  return [page, csv]
}

/** As a stream: there may be many. */
async function writeElastic({ valkey, prefix, domain, effect, sending, out }: Asked): Promise<string[]> {
  const file = join(out, `${domain.name}.ndjson`)
  const to = createWriteStream(file)
  const reader = livesReader(valkey, { prefix })
  const root = `${prefix}${effect.key}:`
  const seen = new Set<string>()
  const scan = valkey.scanStream({ match: `${escaped(root)}*`, count: SCAN_COUNT, type: 'hash' })
  for await (const keys of scan as AsyncIterable<string[]>) {
    for (const key of keys) {
      const id = key.slice(root.length)
      if (seen.has(id)) continue
      // SCAN may say a key twice.
      seen.add(id)
      const life = await reader.life(domain, id)
      if (life !== undefined && !to.write(lifeDocuments(life, domain))) await drained(to)
    }
  }
  if (sending !== undefined) to.write(sendingDocuments(sending))
  to.end()
  await finished(to)
  return [file]
}

const drained = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise((resolve) => stream.once('drain', resolve))

const escaped = (glob: string): string => glob.replace(/[\\*?[\]]/g, '\\$&')
