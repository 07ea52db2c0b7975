/** `npm run bench`: what an event costs at each hop and on the whole pipeline, beside the limits of this machine. */
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { consoleCost, consoleText } from './console.ts'
import { type Report, reportOf } from './report.ts'
import { run } from './run.ts'
import { footprintTable, tableOf } from './tables.ts'

const BASELINE = join(import.meta.dirname, 'baseline.json')

interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly only?: string
  readonly compare?: true
  readonly json?: string
  readonly saveBaseline?: true
  readonly console?: true
}

export const command = (): Command =>
  new Command('bench')
    .option('--rounds <n>', 'how often everything is measured; medians are shown', Number, 3)
    .option('--seconds <n>', 'how long each load runs', Number, 4)
    .option('--only <text>', 'only what has this in its name; `lives`: whole lives, by an ordered topic')
    .option('--compare', 'show ratios to the committed baseline')
    .option('--json <file>', 'write the report')
    .option('--save-baseline', 'make this run the baseline')
    .option(
      '--console',
      'only how much the console takes from the pipeline: loads with and without it, in turns',
    )
    .action(bench)

async function bench(options: Options): Promise<void> {
  if (options.console) {
    const cost = await consoleCost(options.rounds, options.seconds)
    if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(cost, null, 1)}\n`)
    process.stdout.write(`${consoleText(cost)}\n`)
    return
  }
  const { rounds, ...footprint } = await run(options)
  const report = reportOf(rounds)
  const text = `${JSON.stringify({ node: process.version, cores: cpus().length, report, ...footprint }, null, 1)}\n`
  if (options.json !== undefined) await writeFile(options.json, text)
  const baseline: { report: Report } | undefined =
    options.compare && JSON.parse(await readFile(BASELINE, 'utf8'))
  if (options.saveBaseline) await writeFile(BASELINE, text)
  process.stdout.write(`${tableOf(report, baseline?.report)}\n${footprintTable(footprint)}\n`)
}
