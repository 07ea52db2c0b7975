/** The receipts of what was acknowledged, looked up. */
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { dedupeKeyOf } from '../../functions/_core/keys.ts'
import type { DedupeKeySet } from './dedupe-keys.ts'

const EXAMPLES = 3

/**
 * @param file a receipt `<source>#<id>` a line; none when nothing was acknowledged
 * @param counted what the log has and Valkey counted
 * @returns how many are not among them, and a few of these
 */
export async function lostReceipts(file: string, counted: DedupeKeySet, prefix: string) {
  const lost: string[] = []
  let lostCount = 0
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (!isThere) return { lost, lostCount }
  for await (const receipt of createInterface({ input: createReadStream(file) })) {
    // No source that this system gives has a `#`; an id that a client chose may.
    const end = receipt.indexOf('#')
    if (counted.has(dedupeKeyOf(receipt.slice(0, end), receipt.slice(end + 1), prefix))) continue
    if (lost.length < EXAMPLES) lost.push(receipt)
    lostCount++
  }
  return { lost, lostCount }
}
