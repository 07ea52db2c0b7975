/** `npx caudal mails`: the mails that were given up, for whoever runs the system; sends them again, or drops them from the list. */
import { Command, Option } from 'commander'
import { type GivenUp, type GivenUpMails, givenUpMails } from '../../functions/_adapters/valkey/outbox.ts'
import { connectOnce } from '../lib/connect-once.ts'
import { UserError } from '../lib/user-error.ts'
import { settings } from './env.ts'

interface Given {
  readonly only?: string
  readonly again?: true
  readonly drop?: true
}

export const command = (): Command =>
  new Command('mails')
    .description(
      'Lists the mails that were given up: when, whose, of which state, why. Addresses are masked.',
    )
    .option('--only <text>', 'those that have this in their line, such as a part of the reason')
    .addOption(new Option('--again', 'have the notifier send them again').conflicts('drop'))
    .addOption(new Option('--drop', 'take them from the list: nothing is to be done'))
    .action(async (given: Given) => {
      const { VALKEY_URL, VALKEY_PREFIX } = settings()
      const valkey = await connectOnce(VALKEY_URL).catch((error: unknown) => {
        // Without what may be a password.
        throw new UserError(`VALKEY_URL: no Valkey answers at ${new URL(VALKEY_URL).host}: ${error}`)
      })
      try {
        const lines = await seeTo(givenUpMails(valkey, VALKEY_PREFIX), given, Date.now())
        process.stdout.write(`${lines.join('\n')}\n`)
      } finally {
        valkey.disconnect()
      }
    })

/** @returns a line for each mail, and one that says what was done */
export async function seeTo(mails: GivenUpMails, given: Given, nowMs: number): Promise<string[]> {
  const { only = '', again, drop } = given
  const all = await mails.list()
  const chosen = all.map((one) => ({ one, line: lineOf(one) })).filter(({ line }) => line.includes(only))
  for (const { one } of chosen) {
    if (again) await mails.again(one.mail, nowMs)
    else if (drop) await mails.drop(one.mail)
  }
  const done = again ? 'are due again' : drop ? 'were dropped from the list' : 'were given up'
  return [...chosen.map(({ line }) => line), `${chosen.length} of ${all.length} mails ${done}`]
}

const lineOf = ({ mail: { domain, id, state }, timeMs, reason }: GivenUp): string =>
  [new Date(timeMs).toISOString(), domain, id, state, reason.replaceAll(/\s+/g, ' ')].join('  ')
