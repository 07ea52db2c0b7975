/**
 * How many records of a stretch of a partition are accounted for, counted by Valkey itself. A chunk that is full stays so,
 * and is not asked for again.
 */
import { accountKey, bitOf, chunkOf, type RecordState } from '../../../_core/accounts.ts'
import { IDENTITY_CHUNK_BITS } from '../../../_core/limits.ts'
import { type Answered, Asking, type ReadClient } from '../asking.ts'

/** Offsets of a partition: from the first to the one before `to`. */
export interface OffsetRange {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to: number
}

export interface RecordCounts {
  readonly counted: number
  readonly dead: number
}

export interface AccountReader {
  /** In order. */
  read(ranges: readonly OffsetRange[]): Promise<RecordCounts[]>
  /** The first stretches without an account. */
  gaps(range: OffsetRange, most: number): Promise<{ from: number; to: number }[]>
}

/** Commands in one transaction: it holds up nobody for long. */
const COMMANDS = 500

/** @param prefix comes before every key */
export function accountReader(client: ReadClient, prefix: string): AccountReader {
  const full = new Set<string>()
  const ask = async (questions: readonly ((asking: Asking) => Answered<unknown>)[]): Promise<unknown[]> => {
    const answers: unknown[] = []
    for (let start = 0; start < questions.length; start += COMMANDS) {
      const asking = new Asking()
      const asked = questions.slice(start, start + COMMANDS).map((question) => question(asking))
      await asking.send(client)
      answers.push(...asked.map((answer) => answer()))
    }
    return answers
  }
  const countIn = (ranges: readonly OffsetRange[], state: RecordState) =>
    ranges.flatMap((range, at) =>
      piecesOf(range).map((piece) => ({ ...piece, at, key: keyOf(range, state, piece.chunk) })),
    )
  const keyOf = ({ topic, partition }: OffsetRange, state: RecordState, chunk: number): string =>
    prefix + accountKey(state, topic, partition, chunk)
  return {
    read: async (ranges) => {
      const counts = ranges.map(() => ({ counted: 0, dead: 0 }))
      for (const state of ['counted', 'dead'] as const) {
        const pieces = countIn(ranges, state)
        const unknown = pieces.filter(({ key }) => !full.has(key))
        const replies = await ask(
          unknown.map(
            ({ key, first, last }) =>
              (asking) =>
                asking.ask('bitcount', key, String(first), String(last), 'BIT'),
          ),
        )
        const bits = new Map(unknown.map((piece, at) => [piece, Number(replies[at])]))
        for (const piece of pieces) {
          const count = bits.get(piece) ?? piece.last - piece.first + 1
          const sum = counts[piece.at]
          if (sum !== undefined) sum[state] += count
          if (count === IDENTITY_CHUNK_BITS) full.add(piece.key)
        }
      }
      return counts
    },
    gaps: async (range, most) => {
      const found: { from: number; to: number }[] = []
      for (const { chunk, first, last } of piecesOf(range)) {
        let at = first
        while (found.length < most && at <= last) {
          const [from] = await ask([position(keyOf(range, 'counted', chunk), '0', at, last)])
          const [dead] = await ask([position(keyOf(range, 'dead', chunk), '1', at, last)])
          const [bytes] = await ask([(asking) => asking.ask('strlen', keyOf(range, 'counted', chunk))])
          // What is past the end of a string is 0 as well, but BITPOS does not find it there.
          const start = Number(from) >= at ? Number(from) : Math.max(at, Number(bytes) * 8)
          if (start > last) break
          const [next] = await ask([position(keyOf(range, 'counted', chunk), '1', start, last)])
          const ends = [Number(next), Number(dead)].filter((bit) => bit >= start)
          const end = Math.min(last + 1, ...ends)
          const base = chunk * IDENTITY_CHUNK_BITS
          if (end > start) found.push({ from: base + start, to: base + end })
          at = Math.max(end, start) + 1
        }
      }
      return found
    },
  }
}

const position = (key: string, bit: string, first: number, last: number) => (asking: Asking) =>
  asking.ask('bitpos', key, bit, String(first), String(last), 'BIT')

interface Piece {
  readonly chunk: number
  /** Bits of the chunk, both included. */
  readonly first: number
  readonly last: number
}

function piecesOf({ from, to }: OffsetRange): Piece[] {
  const pieces: Piece[] = []
  for (let offset = from; offset < to; ) {
    const chunk = chunkOf(offset)
    const end = Math.min(to, (chunk + 1) * IDENTITY_CHUNK_BITS)
    pieces.push({ chunk, first: bitOf(offset), last: bitOf(end - 1) })
    offset = end
  }
  return pieces
}
