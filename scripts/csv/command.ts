/** `npx caudal csv <domain> FILE`: sends the rows of a CSV file as a client of the pipeline. */
import { Command, Option } from 'commander'
import { LEVELS, type Level } from '../../functions/_core/load-levels.ts'
import { UserError } from '../lib/user-error.ts'
import { startProgress } from '../local/progress.mjs'
import { knownDomains, settings } from './env.ts'
import { type RunOptions, sendFile } from './run.ts'
import { type SendFigures, summaryOf } from './summary.ts'

interface Given {
  readonly level: Level
  readonly target: RunOptions['target']
  readonly to?: string
  readonly hostHeader?: string
  readonly resume: boolean
  readonly bad?: string
}

const EXIT_INTERRUPTED = 130

export function command(): Command {
  const domains = knownDomains()
  const levels = Object.entries(LEVELS).map(([name, rate]) => `${name} ${rate}`)
  return new Command('csv')
    .description('Sends each row of a CSV file once, however often the file is sent.')
    .argument('<domain>', `what the rows are: ${domains.map(({ name }) => name).join(', ')}`)
    .argument('<file>', 'UTF-8, with a first line that names its columns')
    .addOption(
      new Option('--level <level>', `rows a second: ${levels.join(', ')}`)
        .choices(Object.keys(LEVELS))
        .default('media'),
    )
    .addOption(new Option('--target <target>', 'by which endpoint').choices(['grpc', 'http']).default('grpc'))
    .option('--to <address>', 'host:port for grpc, a URL for http (default: what npm start runs)')
    .option('--host-header <name>', 'what the endpoint is called, if not as --to says')
    .option('--resume', 'leave out what an earlier sending had acknowledged', false)
    .option('--bad <file>', 'where bad lines go, with their reasons (default: FILE.bad.csv)')
    .action(async (name: string, file: string, given: Given) => {
      const domain = domains.find((candidate) => candidate.name === name)
      if (domain === undefined) throw new UserError(`There is no domain ${name}`)
      const { addresses, dataDir } = settings()
      const { level, target, resume, bad = `${file}.bad.csv`, to = addresses[target], hostHeader } = given
      const endpoint = { address: to, ...(hostHeader === undefined ? {} : { hostHeader }) }
      const options = { ...endpoint, file, domain, level, target, resume, badFile: bad, dataDir }
      process.exitCode = await runHere(options)
    })
}

async function runHere(options: Omit<RunOptions, 'signal' | 'onProgress'>): Promise<number> {
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort())
  const progress = startProgress(`${options.file} at level ${options.level}`, percent)
  const onProgress = (share: number, { acknowledged, bad, perSecond }: SendFigures): void =>
    progress.at(share, 1, `${acknowledged} stored, ${bad} bad, ${perSecond.toFixed(0)}/s`)
  const { signal } = interruption
  const figures = await sendFile({ ...options, signal, onProgress }).catch((error) => {
    progress.fail()
    throw error
  })
  progress.end(signal.aborted ? 'interrupted' : figures.failed > 0 ? 'given up' : 'done')
  const resume = 'The same command with --resume goes on from here.'
  process.stdout.write(`${summaryOf(figures, { bad: options.badFile, resume })}\n`)
  if (signal.aborted) process.stdout.write(`${resume}\n`)
  return signal.aborted ? EXIT_INTERRUPTED : figures.failed > 0 || figures.bad > 0 ? 1 : 0
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
