/** The receipts of what was acknowledged, looked up. */
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { dedupeKeyOf } from '../../functions/_core/keys.ts'
import { DedupeKeySet } from './dedupe-keys.ts'

const EXAMPLES = 3

/**
 * @param file a receipt `<source>#<id>` a line; none when nothing was acknowledged
 * @param settled what the log has and Valkey counted, or had to refuse
 * @param elsewhere what seems to be of others
 * @returns how many are not settled, and a few of these; how many are elsewhere, each once
 */
export async function lostReceipts(
  file: string,
  settled: Pick<DedupeKeySet, 'has'>,
  prefix: string,
  elsewhere = new DedupeKeySet(),
) {
  const lost: string[] = []
  const own = new DedupeKeySet()
  let lostCount = 0
  let ownElsewhere = 0
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return { lost, lostCount, ownElsewhere }
  for await (const receipt of createInterface({ input: createReadStream(file) })) {
    // No source that this system gives has a `#`; an id that a client chose may.
    const end = receipt.indexOf('#')
    const dedupeKey = dedupeKeyOf(receipt.slice(0, end), receipt.slice(end + 1), prefix)
    if (elsewhere.has(dedupeKey) && own.add(dedupeKey)) ownElsewhere++
    if (settled.has(dedupeKey)) continue
    if (lost.length < EXAMPLES) lost.push(receipt)
    lostCount++
  }
  return { lost, lostCount, ownElsewhere }
}
