/** Writes down what became of records, many in one transaction. */
import {
  type Account,
  accountKey,
  bitOf,
  chunkOf,
  DEAD_LETTERS_KEPT,
  DEAD_LETTERS_KEY,
  type DeadLetter,
} from '../../../_core/accounts.ts'
import { NUMBERED_IDENTITY_TTL_S } from '../../../_core/limits.ts'
import type { Sink } from '../../../_core/ports.ts'
import type { ReadClient } from '../asking.ts'

/** @param prefix comes before every key */
export const accountWriter =
  (client: ReadClient, prefix: string): Sink<Account> =>
  async (accounts) => {
    const commands: string[][] = []
    const keys = new Set<string>()
    for (const { position, state, deadLetter } of accounts) {
      if (position !== undefined) {
        const { topic, partition, offset } = position
        const key = prefix + accountKey(state, topic, partition, chunkOf(offset))
        keys.add(key)
        commands.push(['setbit', key, String(bitOf(offset)), '1'])
      }
      if (deadLetter !== undefined) commands.push(addLetter(prefix, deadLetter, position))
    }
    for (const key of keys) commands.push(['expire', key, String(NUMBERED_IDENTITY_TTL_S)])
    if (commands.length > 0) {
      const replies = (await client.multi(commands).exec()) ?? []
      const failed = replies.find(([error]) => error !== null)
      if (failed !== undefined) throw failed[0]
    }
    return accounts.map(() => undefined)
  }

function addLetter(prefix: string, letter: DeadLetter, position: Account['position']): string[] {
  const fields = Object.entries({ ...letter, ...position }).flatMap(([name, value]) => [name, String(value)])
  return ['xadd', prefix + DEAD_LETTERS_KEY, 'MAXLEN', '~', String(DEAD_LETTERS_KEPT), '*', ...fields]
}
