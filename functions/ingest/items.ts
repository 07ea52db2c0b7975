/**
 * The items of a bulk body while it arrives: NDJSON lines or the elements of a JSON array, without holding the body
 * whole. They come in groups, those of each chunk together. A bad NDJSON line is an item of its own; after a syntax
 * error in an array nothing more can be read, and the last item says so.
 */
import { JSONParser } from '@streamparser/json'
import { parseJson } from '../_adapters/http/body.ts'
import { asFailure, Failure } from '../_core/errors.ts'

/** A parsed item, or why it could not be parsed. */
export type Item = { readonly sent: unknown } | Failure

const NEWLINE = 0x0a

export async function* ndjsonItems(chunks: AsyncIterable<Buffer>): AsyncGenerator<Item[]> {
  let rest: Buffer[] = []
  for await (const chunk of chunks) {
    const items: Item[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = chunk.subarray(start, end)
      addLine(items, rest.length === 0 ? line : Buffer.concat([...rest, line]))
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
    yield items
  }
  const last: Item[] = []
  addLine(last, Buffer.concat(rest))
  yield last
}

function addLine(items: Item[], line: Buffer): void {
  if (line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09)) return
  try {
    items.push({ sent: parseJson(line) })
  } catch (error) {
    items.push(asFailure(error))
  }
}

export async function* arrayItems(chunks: AsyncIterable<Buffer>): AsyncGenerator<Item[]> {
  const items: Item[] = []
  const parser = new JSONParser({ paths: ['$.*'], keepStack: false })
  parser.onValue = ({ value }) => void items.push({ sent: value })
  parser.onError = (error) => {
    throw error
  }
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  try {
    for await (const chunk of chunks) {
      parser.write(utf8.decode(chunk, { stream: true }))
      yield items.splice(0)
    }
    if (!parser.isEnded) throw new Error('the array does not end')
  } catch (error) {
    items.push(error instanceof Failure ? error : new Failure('malformed', 'not valid JSON from here on'))
    yield items
  }
}
