/** What writing and reading a request's body costs by itself. */
import type { Value } from '../../../functions/_core/domain.ts'
import type { Codec } from './codec.ts'
import type { CodecResult } from './protocol.ts'

const NS_PER_MS = 1_000_000
/** Rounds of encoding and decoding, taken in turns, so that a disturbance meets both. */
const SLICES = 20

/** @param milliseconds to spend, of which half is encoding */
export function measureCodec(
  codec: Codec,
  events: readonly Value[],
  items: number,
  milliseconds: number,
): CodecResult {
  const requests = events
    .slice(0, events.length - items + 1)
    .map((_, index) => events.slice(index, index + items))
  const encoded = requests.map(codec.encode)
  const sliceMs = milliseconds / (2 * SLICES)
  const encode = { count: 0, ms: 0 }
  const decode = { count: 0, ms: 0 }
  for (let slice = 0; slice < SLICES; slice++) {
    repeat(encode, sliceMs, (index) => codec.encode(requests[index % requests.length] ?? []))
    repeat(decode, sliceMs, (index) => codec.decode(encoded[index % encoded.length] ?? Buffer.alloc(0)))
  }
  return {
    bytes: encoded.reduce((sum, bytes) => sum + bytes.length, 0) / encoded.length,
    encodeNs: (encode.ms * NS_PER_MS) / encode.count,
    decodeNs: (decode.ms * NS_PER_MS) / decode.count,
  }
}

/** Looked at after each of them, a clock would cost as much as a small message. */
const PER_LOOK = 50

function repeat(total: { count: number; ms: number }, ms: number, once: (index: number) => unknown): void {
  const start = performance.now()
  let taken = 0
  while (taken < ms) {
    for (let left = PER_LOOK; left > 0; left--) once(total.count++)
    taken = performance.now() - start
  }
  total.ms += taken
}
