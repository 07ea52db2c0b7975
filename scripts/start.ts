/** `npm start`: the whole pipeline on this machine; see start/run.ts. */
import { CommanderError } from 'commander'
import { SettingsError } from '../functions/_runtime/settings.ts'
import { UserError } from './_machine/user-error.ts'
import { knownDomains, settings } from './start/env.ts'
import { onInterruption } from './start/interruption.ts'
import { parseOptions } from './start/options.ts'
import { run } from './start/run.ts'
import { openView } from './start/view.ts'

const EXIT_AT_ONCE = 130

/** What is still running is ended by the guard, which notices. */
const interruption = onInterruption(() => process.exit(EXIT_AT_ONCE))
try {
  const domains = knownDomains()
  const options = parseOptions(
    process.argv.slice(2),
    domains.map(({ name }) => name),
  )
  const view = openView(process.stdout)
  process.exitCode = await run({ settings: settings(), options, domains, interruption, view })
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else if (error instanceof UserError || error instanceof SettingsError) fail(error.message)
  else fail(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
process.exit()

function fail(message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = 1
}
