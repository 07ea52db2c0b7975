/**
 * JSON from clients: strict UTF-8, and looked over before anything is made of it. A few bytes of JSON can stand for
 * millions of objects, and parsing holds everybody else up; so how deep it nests and how many values it has is counted
 * on the bytes first.
 */
import { isUtf8 } from 'node:buffer'
import { Failure } from '../../_core/errors.ts'
import { JSON_DEPTH, JSON_VALUES } from '../../_core/limits.ts'

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** RFC 8259 section 8.1 lets a parser ignore it; editors and spreadsheets write it. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

const withoutByteOrderMark = (body: Buffer): Buffer =>
  body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? body.subarray(BYTE_ORDER_MARK.length)
    : body

/** The same for a body that comes in chunks, however short they are. */
export async function* afterByteOrderMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === undefined) yield chunk
    else {
      head = Buffer.concat([head, chunk])
      if (head.length < BYTE_ORDER_MARK.length) continue
      yield withoutByteOrderMark(head)
      head = undefined
    }
  }
  if (head !== undefined && head.length > 0) yield head
}

/**
 * @param maxItems of an array, when the body is one
 * @throws Failure `malformed`, `tooLarge`
 */
export function parseJson(body: Buffer, maxItems = Number.POSITIVE_INFINITY): unknown {
  const text = withoutByteOrderMark(body)
  if (!isUtf8(text)) throw new Failure('malformed', 'the body is not valid UTF-8')
  requireBounds(text, maxItems)
  try {
    return JSON.parse(text.toString())
  } catch {
    throw new Failure('malformed', text.length === 0 ? 'the body is empty' : 'the body is not valid JSON')
  }
}

/** What is no JSON at all passes: the parser stops at its first wrong byte. */
function requireBounds(text: Buffer, maxItems: number): void {
  let depth = 0
  let values = 1
  let items = 1
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (byte === QUOTE) at = endOfString(text, at)
    else if (byte === COMMA) {
      values++
      if (depth === 1 && ++items > maxItems) throw tooMany(maxItems)
    } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      values++
      if (++depth > JSON_DEPTH) throw new Failure('malformed', `JSON is nested over ${JSON_DEPTH} deep`)
    } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) depth--
  }
  if (values > JSON_VALUES) throw new Failure('tooLarge', `the body has over ${JSON_VALUES} JSON values`)
}

/** The place of the closing quote, or the end of the text. */
function endOfString(text: Buffer, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const byte = text[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at
  }
  return text.length
}

const tooMany = (maxItems: number): Failure => new Failure('tooLarge', `there are over ${maxItems} items`)
