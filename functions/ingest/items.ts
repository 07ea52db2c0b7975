/**
 * The items of a bulk body while it arrives: NDJSON lines or the elements of a JSON array, without holding the body
 * whole. They come in groups, those of each chunk together.
 *
 * Either way the bytes are cut into pieces first and each piece is parsed by itself, so that a bad one, even one that is
 * no UTF-8, never harms its neighbours. A piece over the limit of one event is skipped while it arrives.
 */
import { parseJson } from '../_adapters/http/json.ts'
import { takeTurn } from '../_adapters/turns.ts'
import { asFailure, Failure } from '../_core/errors.ts'
import { CUT_BYTES, SINGLE_BODY_BYTES } from '../_core/limits.ts'

/** A parsed item, or why it could not be parsed. */
export type Item = { readonly sent: unknown } | Failure

const NEWLINE = 0x0a
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, NEWLINE])

/** One item's bytes as they come; no more of them are kept than one event may have. */
class Piece {
  #parts: Buffer[] = []
  #bytes = 0

  add(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > SINGLE_BODY_BYTES) this.#parts = []
    else if (part.length > 0) this.#parts.push(part)
  }

  /** Ends the piece; the next one begins. Undefined when there was nothing but space. */
  take(): Item | undefined {
    const [parts, bytes] = [this.#parts, this.#bytes]
    this.#parts = []
    this.#bytes = 0
    if (bytes > SINGLE_BODY_BYTES)
      return new Failure('tooLarge', `an item is over ${SINGLE_BODY_BYTES} bytes`)
    const [first] = parts
    const whole = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
    if (whole.every((byte) => SPACES.has(byte))) return undefined
    try {
      return { sent: parseJson(whole) }
    } catch (error) {
      return asFailure(error)
    }
  }
}

/** Short chunks: a long one may be tens of thousands of items, which nobody may have to wait for. */
async function* cut(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += CUT_BYTES) {
      await takeTurn()
      yield chunk.subarray(start, start + CUT_BYTES)
    }
  }
}

/** Blank lines are no items. */
export async function* ndjsonItems(chunks: AsyncIterable<Buffer>): AsyncGenerator<Item[]> {
  const piece = new Piece()
  const taken = (): Item[] => {
    const item = piece.take()
    return item === undefined ? [] : [item]
  }
  for await (const chunk of cut(chunks)) {
    const items: Item[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      piece.add(chunk.subarray(start, end))
      items.push(...taken())
      start = end + 1
    }
    piece.add(chunk.subarray(start))
    yield items
  }
  yield taken()
}

/** What the bytes are to be told apart by (RFC 8259); all are ASCII, and so never part of another character. */
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b])
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d])
const END = 0x5d

/**
 * Cuts an array at the commas of its first level. States: before the array → `inside`, at a depth of brackets, and
 * there perhaps in a string → `ended`, where only space may follow.
 */
export async function* arrayItems(chunks: AsyncIterable<Buffer>): AsyncGenerator<Item[]> {
  const cutter = new ArrayCutter()
  for await (const chunk of cut(chunks)) yield cutter.cut(chunk)
  yield cutter.end()
}

class ArrayCutter {
  readonly #piece = new Piece()
  #depth = 0
  #inString = false
  #escaped = false
  #state: 'before' | 'inside' | 'ended' | 'broken' = 'before'

  cut(chunk: Buffer): Item[] {
    const found: Item[] = []
    let start = 0
    for (let at = 0; at < chunk.length && this.#state !== 'broken'; at++) {
      const byte = chunk[at] ?? 0
      if (this.#inString) this.#passInString(byte)
      else if (this.#state === 'ended') {
        if (!SPACES.has(byte)) found.push(this.#broken('something follows the array'))
      } else if (byte === QUOTE) this.#inString = true
      else if (OPENING.has(byte)) {
        if (++this.#depth === 1) start = at + 1
      } else if (this.#endsItem(byte)) {
        this.#piece.add(chunk.subarray(start, at))
        found.push(...this.#take(byte))
        start = at + 1
      }
    }
    if (this.#depth > 0) this.#piece.add(chunk.subarray(start))
    return found
  }

  end(): Item[] {
    return this.#state === 'before' || this.#state === 'inside'
      ? [this.#broken('the array does not end')]
      : []
  }

  #passInString(byte: number): void {
    if (this.#escaped) this.#escaped = false
    else if (byte === BACKSLASH) this.#escaped = true
    else if (byte === QUOTE) this.#inString = false
  }

  #endsItem(byte: number): boolean {
    if (byte === COMMA) return this.#depth === 1
    return CLOSING.has(byte) && --this.#depth === 0
  }

  #take(byte: number): Item[] {
    if (byte !== COMMA && byte !== END) return [this.#broken('the array does not end')]
    const isOnly = this.#state === 'before'
    this.#state = byte === END ? 'ended' : 'inside'
    const item = this.#piece.take()
    // Only an empty array has nothing between its brackets.
    if (item === undefined)
      return byte === END && isOnly ? [] : [new Failure('malformed', 'an item is missing')]
    return [item]
  }

  #broken(detail: string): Failure {
    this.#state = 'broken'
    return new Failure('malformed', detail)
  }
}
