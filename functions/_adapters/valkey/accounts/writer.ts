/** Writes down what became of records, many in one transaction. */
import {
  type Account,
  accountKey,
  bitOf,
  chunkOf,
  DEAD_LETTERS_KEPT,
  DEAD_LETTERS_KEY,
  JOURNEYS_KEPT,
  JOURNEYS_KEY,
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
    for (const { position, state, deadLetter, journeys = [] } of accounts) {
      if (position !== undefined) {
        const { topic, partition, offset } = position
        const key = prefix + accountKey(state, topic, partition, chunkOf(offset))
        keys.add(key)
        commands.push(['setbit', key, String(bitOf(offset)), '1'])
      }
      if (deadLetter !== undefined) {
        commands.push(addTo(prefix + DEAD_LETTERS_KEY, DEAD_LETTERS_KEPT, { ...deadLetter, ...position }))
      }
      for (const journey of journeys) {
        commands.push(addTo(prefix + JOURNEYS_KEY, JOURNEYS_KEPT, { ...journey, ...position }))
      }
    }
    for (const key of keys) commands.push(['expire', key, String(NUMBERED_IDENTITY_TTL_S)])
    if (commands.length > 0) {
      const replies = (await client.multi(commands).exec()) ?? []
      const failed = replies.find(([error]) => error !== null)
      if (failed !== undefined) throw failed[0]
    }
    return accounts.map(() => undefined)
  }

function addTo(key: string, keep: number, content: object): string[] {
  const fields = Object.entries(content).flatMap(([name, value]) => [name, String(value).toWellFormed()])
  return ['xadd', key, 'MAXLEN', '~', String(keep), '*', ...fields]
}
