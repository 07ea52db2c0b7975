/** `npm start`: the whole pipeline on this machine; see run.ts. */
import type { Command } from 'commander'
import { knownDomains, settings } from './env.ts'
import { onInterruption } from './interruption.ts'
import { loadable } from './load.ts'
import { optionsOf, startCommand } from './options.ts'
import { run } from './run.ts'
import { openView } from './view/view.ts'

const EXIT_AT_ONCE = 130

export function command(): Command {
  const domains = knownDomains()
  return startCommand(loadable(domains.map(({ name }) => name))).action(async (given) => {
    /** What is still running is ended by the guard, which notices. */
    const interruption = onInterruption(() => process.exit(EXIT_AT_ONCE))
    const options = optionsOf(given)
    const view = openView(process.stdout)
    const exitCode = await run({ settings: settings(), options, domains, interruption, view })
    process.exit(exitCode)
  })
}
