/** `npm run compare`: REST or gRPC, which takes less, why, and when to use each; measured on this machine. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import * as z from 'zod'
import { CAUDAL_DIR } from '../../lib/paths.ts'
import { readReport } from './from-file.ts'
import { FULL, QUICK } from './plan.ts'
import { progressTo } from './progress.ts'
import { LOCALES, type Locale, pageOf, summaryOf } from './render/page.ts'
import { type Report, reportSchema } from './report.ts'
import { measureAll } from './run.ts'
import { stampOf } from './stamp.ts'
import { comparable, type Running, withOwnPipeline, withRunning } from './target.ts'

const SECONDS_PER_MINUTE = 60

interface Options extends Partial<Running> {
  readonly quick?: true
  readonly minutes?: number
  readonly from?: string
  readonly out: string
  readonly language: Locale
  readonly seed: number
  readonly domain: string
  readonly prefix: string
}

export const command = (): Command =>
  new Command('compare')
    .option('--quick', 'at most 3 minutes instead of 15: fewer questions, shorter loads')
    .option('--minutes <n>', 'at most so long: loads get shorter', wholeNumber)
    .option('--from <file>', 'render an earlier report.json again instead of measuring')
    .option(
      '--against <url>',
      'a running REST endpoint instead of a pipeline of its own; it gets real events',
    )
    .option('--bridge <url>', 'with --against: the bridge')
    .option('--grpc <host:port>', 'with --against: the publisher')
    .option('--valkey <url>', 'with --against: where its counts are; no figure is valid without')
    .option('--prefix <text>', 'with --against: what comes before every Valkey key', '')
    .addOption(
      new Option('--domain <name>', 'whose events are sent').choices(comparable).default(comparable[0]),
    )
    .option('--seed <n>', 'of the events and of the resampling', wholeNumber, 1)
    .option('--out <folder>', 'where report.json and report.html go', join(CAUDAL_DIR, 'compare'))
    .addOption(new Option('--language <code>', 'what is shown first').choices(LOCALES).default('en'))
    .action(compare)

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.')
  return value
}

async function compare(options: Options): Promise<void> {
  const report = options.from === undefined ? await measured(options) : await readReport(options.from)
  await mkdir(options.out, { recursive: true })
  const write = (name: string, text: string): Promise<void> => writeFile(join(options.out, name), `${text}\n`)
  await write('report.json', JSON.stringify({ $schema: './report.schema.json', ...report }))
  await write('report.schema.json', JSON.stringify(z.toJSONSchema(reportSchema), null, 1))
  await write('report.html', pageOf(report, options.language))
  process.stdout.write(`${summaryOf(report, options.language)}\n${join(options.out, 'report.html')}\n`)
}

async function measured({ quick, minutes, against, seed, domain, ...running }: Options): Promise<Report> {
  const whole = quick ? QUICK : FULL
  const plan = minutes === undefined ? whole : { ...whole, limitS: minutes * SECONDS_PER_MINUTE }
  const progress = progressTo(process.stderr)
  progress.say('starting')
  const line = `npm run compare -- ${process.argv.slice(3).join(' ')}`.trim()
  const stamp = await stampOf({ seed, domain, against: against ?? 'stack', command: line })
  const use = (pipeline: Parameters<typeof measureAll>[1]) => measureAll(plan, pipeline, progress)
  const results =
    against === undefined
      ? await withOwnPipeline({ seed, domain }, use)
      : await withRunning({ ...running, against }, { seed, domain }, use)
  progress.end()
  return { version: 1, stamp, ...results }
}
