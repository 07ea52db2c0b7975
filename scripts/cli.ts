/**
 * The one command line: `npx caudal <command>`; the npm scripts of these names are its aliases. A command's module is loaded only when it is
 * the one asked for, since some of them load much.
 */
import { Command, CommanderError } from 'commander'
import { SettingsError } from '../functions/_runtime/settings.ts'
import { UserError } from './lib/user-error.ts'

interface Entry {
  readonly summary: string
  readonly load: () => Promise<{ readonly command: () => Command }>
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  start: {
    summary: 'run everything on this machine, under load, and show that nothing is lost',
    load: () => import('./local/start.ts'),
  },
  csv: { summary: 'send the rows of a CSV file, each once', load: () => import('./csv/command.ts') },
  'csv:sample': { summary: 'write a CSV file of made-up rows', load: () => import('./csv/sample.ts') },
  report: { summary: 'what became of things that have a life', load: () => import('./report/command.ts') },
  mails: {
    summary: 'list the mails that were given up, send them again or drop them',
    load: () => import('./mails/command.ts'),
  },
  build: { summary: 'bundle the functions into dist/', load: () => import('./build/bundles.ts') },
  generate: { summary: 'write the generated code anew', load: () => import('./build/generate.ts') },
  images: { summary: 'build an image for each function', load: () => import('./deploy/images/command.ts') },
  deploy: { summary: 'deploy to the cluster of KUBECONFIG', load: () => import('./deploy/command.ts') },
  undeploy: { summary: 'remove what deploy made', load: () => import('./deploy/undeploy.ts') },
  bench: {
    summary: 'measure what an event costs at each hop',
    load: () => import('./measure/bench/command.ts'),
  },
  capacity: {
    summary: "measure what takes Valkey's memory",
    load: () => import('./measure/capacity/command.ts'),
  },
  compare: {
    summary: 'REST or gRPC: which takes less here, why, and when to use each',
    load: () => import('./measure/compare/command.ts'),
  },
}

const asked = process.argv[2] ?? ''
const program = new Command('caudal').description('An event pipeline on Knative.').exitOverride()
for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
  const command = name === asked ? (await load()).command() : new Command(name)
  program.addCommand(command.name(name).summary(summary).copyInheritedSettings(program))
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else fail(error)
}

function fail(error: unknown): void {
  process.exitCode = 1
  const forPeople = error instanceof UserError || error instanceof SettingsError
  const text = error instanceof Error ? (forPeople ? error.message : error.stack) : String(error)
  process.stderr.write(`${text}\n`)
}
