/** `npm run bench`: what an event costs at each hop and on the whole road, beside the limits of this machine. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import getPort from 'get-port'
import { startKafka } from '../_machine/kafka.ts'
import { Processes } from '../_machine/processes.ts'
import { until } from '../_machine/until.ts'
import { startValkey } from '../_machine/valkey.ts'
import { startStand } from '../stand.ts'
import { producerPerf, scriptAlone, sendBatchAlone } from './limits.ts'
import { type Measurement, measure } from './measure.ts'
import { probe } from './probe.ts'
import { type Report, reportOf, tableOf } from './report.ts'
import { tasks } from './tasks.ts'

const BASELINE = join(import.meta.dirname, 'baseline.json')
const node = join(import.meta.dirname, '../../node_modules/.bin/node')

const options = new Command('npm run bench --')
  .option('--rounds <n>', 'how often everything is measured; medians are shown', Number, 3)
  .option('--seconds <n>', 'how long each load runs', Number, 4)
  .option('--only <text>', 'only what has this in its name')
  .option('--compare', `show ratios to the committed baseline`)
  .option('--json <file>', 'write the report')
  .option('--save-baseline', 'make this run the baseline')
  .parse()
  .opts<{
    rounds: number
    seconds: number
    only?: string
    compare?: true
    json?: string
    saveBaseline?: true
  }>()

const dir = await mkdtemp(join(tmpdir(), 'caudal-bench-'))
const servers = new Processes({ logDir: dir })
try {
  const report = reportOf(await run())
  const text = `${JSON.stringify({ node: process.version, cores: cpus().length, report }, null, 1)}\n`
  if (options.json !== undefined) await writeFile(options.json, text)
  const baseline: { report: Report } | undefined =
    options.compare && JSON.parse(await readFile(BASELINE, 'utf8'))
  if (options.saveBaseline) await writeFile(BASELINE, text)
  process.stdout.write(`${tableOf(report, baseline?.report)}\n`)
} finally {
  await servers.stopAll()
  await rm(dir, { recursive: true, force: true })
}

async function run(): Promise<Map<string, Partial<Measurement>[]>> {
  const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await getPort(), processes: servers })
  const valkey = await startValkey({ dir: join(dir, 'valkey'), port: await getPort(), processes: servers })
  const port = await getPort()
  const args = [join(import.meta.dirname, 'bare-http.ts'), String(port)]
  const bare = servers.start({ name: 'bare', command: node, args, restart: false })
  const bareUrl = `http://127.0.0.1:${port}`
  const stand = await startStand({ brokers: kafka.brokers, valkeyUrl: valkey.url })
  await until(
    async () => (await fetch(bareUrl, { method: 'POST', body: '{}' }).catch(() => undefined)) !== undefined,
    10_000,
  )
  const look = probe(stand, { bare: bare.pid, kafka: kafka.pid, valkey: valkey.pid })
  const rounds = new Map<string, Partial<Measurement>[]>()
  const note = async (name: string, figures: () => Promise<Partial<Measurement>>): Promise<void> => {
    if (!name.includes(options.only ?? '')) return
    process.stderr.write(`${name}\n`)
    rounds.set(name, [...(rounds.get(name) ?? []), await figures()])
  }
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const task of tasks(stand, bareUrl))
        await note(task.name, () => measure(task, look, options.seconds))
      await note('Valkey script alone', () => scriptAlone(stand, valkey.pid, options.seconds))
    }
    // Last: their records are in the log as well, and would be counted between the measurements.
    await note('kafkajs alone', () => sendBatchAlone(stand, options.seconds))
    await note('Kafka producer test', () => producerPerf(stand))
  } finally {
    look.close()
    await stand.stop()
  }
  return rounds
}
