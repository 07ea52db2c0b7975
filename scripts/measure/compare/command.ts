/** `npm run compare`: REST or gRPC, which takes less, why, and when to use each; measured on this machine. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { CAUDAL_DIR } from '../../lib/paths.ts'
import { FULL, QUICK } from './plan.ts'
import { progressTo } from './progress.ts'
import type { Report } from './report.ts'
import { measureAll } from './run.ts'
import { stampOf } from './stamp.ts'
import { type Running, withOwnPipeline, withRunning } from './target.ts'

interface Options extends Partial<Running> {
  readonly quick?: true
  readonly out: string
  readonly seed: number
  readonly prefix: string
}

export const command = (): Command =>
  new Command('compare')
    .option('--quick', 'at most 3 minutes instead of 15: fewer questions, shorter loads')
    .option(
      '--against <url>',
      'a running REST endpoint instead of a pipeline of its own; it gets real events',
    )
    .option('--bridge <url>', 'with --against: the bridge')
    .option('--grpc <host:port>', 'with --against: the publisher')
    .option('--valkey <url>', 'with --against: where its counts are; no figure is valid without')
    .option('--prefix <text>', 'with --against: what comes before every Valkey key', '')
    .option('--seed <n>', 'of the events and of the resampling', wholeNumber, 1)
    .option('--out <folder>', 'where report.json and report.html go', join(CAUDAL_DIR, 'compare'))
    .action(compare)

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('It must be a whole number.')
  return value
}

async function compare(options: Options): Promise<void> {
  const report = await measured(options)
  await mkdir(options.out, { recursive: true })
  await writeFile(join(options.out, 'report.json'), `${JSON.stringify(report)}\n`)
}

async function measured({ quick, against, seed, ...running }: Options): Promise<Report> {
  const plan = quick ? QUICK : FULL
  const progress = progressTo((text) => process.stderr.write(text))
  progress.say('starting')
  const command = `npm run compare -- ${process.argv.slice(3).join(' ')}`.trim()
  const stamp = await stampOf({ seed, against: against ?? 'stack', command })
  const use = (pipeline: Parameters<typeof measureAll>[1]) => measureAll(plan, pipeline, progress)
  const results =
    against === undefined
      ? await withOwnPipeline(seed, use)
      : await withRunning({ ...running, against }, seed, use)
  return { version: 1, stamp, ...results }
}
