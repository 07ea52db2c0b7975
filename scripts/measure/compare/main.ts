/** `npm run compare`: REST or gRPC, which takes less, why, and when to use each; measured on this machine. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { withStack } from '../stack.ts'
import { FULL, QUICK } from './plan.ts'
import { progressTo } from './progress.ts'
import { measureAll } from './run.ts'
import { stampOf } from './stamp.ts'

const quick = process.argv.includes('--quick')
const seed = 1
const progress = progressTo((text) => process.stderr.write(text))
const results = await withStack(async ({ stand, pids }) => {
  const [domain] = stand.domains
  if (domain === undefined) throw new Error('there is no domain')
  const valkey = new Redis(stand.valkeyUrl)
  const addresses = { ingest: stand.url.ingest, bridge: stand.url.bridge, publisher: stand.publisher }
  try {
    const pipeline = { domain, addresses, pids, valkey, prefix: stand.prefix, seed, mark: 'c' }
    return await measureAll(quick ? QUICK : FULL, pipeline, progress)
  } finally {
    valkey.disconnect()
  }
})
const stamp = await stampOf({ seed, against: 'stack', command: process.argv.slice(2).join(' ') })
const dir = join('.caudal', 'compare')
await mkdir(dir, { recursive: true })
await writeFile(join(dir, 'report.json'), `${JSON.stringify({ version: 1, stamp, ...results })}\n`)
