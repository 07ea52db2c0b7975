/** A tick as server-sent events: what all watchers share is encoded once, what some of them missed for those alone. */
import type { LiveFrame } from './api.ts'
import { LIMITS } from './limits.ts'
import { cursorOf, type Places } from './places.ts'
import type { News, Rows } from './rows.ts'
import type { Frame } from './watcher.ts'

/** A frame but for what depends on where the watcher was. */
export type Shown = Omit<LiveFrame, 'rows' | 'skipped'>

/** Bounds the work for late watchers, who mostly were in the same few places. */
const PLACES = 64

/** @param before where those are who had the frame before */
export function frameOf(shown: Shown, now: Rows, before: Places): Frame {
  const rows = now.copy()
  const { places } = rows
  const cursor = cursorOf(places)
  // JSON has no line breaks of its own, so a frame is one line of data.
  const head = `id: ${cursor}\nevent: frame\ndata: ${JSON.stringify(shown).slice(0, -1)}`
  const encode = ({ rows: newest, skipped }: News): Uint8Array =>
    Buffer.from(`${head},"rows":${JSON.stringify(newest)},"skipped":${JSON.stringify(skipped)}}\n\n`)
  const made = new Map<string, Uint8Array>()
  return {
    places,
    shared: encode(rows.newsFor(before, LIMITS.frameRows)),
    for(from) {
      const key = from === undefined ? '' : cursorOf(from)
      const known = made.get(key)
      if (known !== undefined) return known
      const bytes = encode(
        from === undefined ? rows.newest(LIMITS.frameRows) : rows.newsFor(from, LIMITS.frameRows),
      )
      if (made.size < PLACES) made.set(key, bytes)
      return bytes
    },
  }
}
