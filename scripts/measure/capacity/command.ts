/** `npx caudal capacity`: how much of Valkey's memory everything takes that clients can make more of. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { domains } from '../../../functions/_core/domains/index.ts'
import { freePort } from '../../lib/free-port.ts'
import { startValkey } from '../../local/servers/valkey.ts'
import { kindsOf, measureCapacity, type Taken } from './measure.ts'

/** Of each kind: more than the newest events that a log keeps. */
const COUNT = 20_000
/** What the overlays give Valkey (knative/base/valkey/valkey.conf), and the share of it at which an alert fires. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024
const ALERT_SHARE = 0.8

export const command = (): Command =>
  new Command('capacity')
    .option('--count <n>', 'how many of each', Number, COUNT)
    .action(async ({ count }: { readonly count: number }) => {
      const dir = await mkdtemp(join(tmpdir(), 'caudal-capacity-'))
      const server = await startValkey({ dir, port: await freePort(), appendfsync: 'no' })
      try {
        const taken = await measureCapacity(server.url, kindsOf(domains, Date.now()), count)
        process.stdout.write(tableOf(taken))
      } finally {
        await server.stop()
        await rm(dir, { recursive: true, force: true })
      }
    })

/** As docs/operations.md has it. */
function tableOf(taken: readonly Taken[]): string {
  const rows = taken.map(({ name, bytes }) => {
    const fit = Math.floor((ALERT_SHARE * MAX_MEMORY_BYTES) / bytes)
    return `| ${name} | ${bytes.toFixed(bytes < 10 ? 1 : 0)} | ${fit.toLocaleString('en')} |`
  })
  return ['| what | bytes | until the alert |', '| --- | --- | --- |', ...rows, ''].join('\n')
}
