/**
 * The live stream, kept open:
 *
 *   connecting ──frame──▶ open ──error or silence──▶ waiting ──timer, or the page is seen again──▶ connecting
 *
 * Each connection is a new EventSource, which sends no Last-Event-ID: where to go on is said by `?after=`. The browser's
 * own reconnection is not used, because it stops for good at an answer that is not 200, such as a proxy's 503.
 */
import type { LiveFrame, ROUTES } from '../../api.ts'

const PATH: (typeof ROUTES)['live'] = '/api/live'
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 10_000
/** Ticks without a frame until a connection counts as dead: proxies keep some open that carry nothing any more. */
const SILENT_TICKS = 10
const SILENT_AT_LEAST_MS = 5000

export type Connection = 'connecting' | 'open' | 'waiting'

export interface Watcher {
  /** @param before the cursor of the frame before; undefined when there was none */
  frame(frame: LiveFrame, before: string | undefined): void
  connection(state: Connection): void
}

/** @returns closes it */
export function watch({ frame, connection }: Watcher, tickMs: number): () => void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let after: string | undefined
  let waitMs = FIRST_WAIT_MS

  const silent = () => {
    clearTimeout(timer)
    timer = setTimeout(lost, Math.max(SILENT_AT_LEAST_MS, SILENT_TICKS * tickMs))
  }
  const open = () => {
    clearTimeout(timer)
    connection('connecting')
    source = new EventSource(after === undefined ? PATH : `${PATH}?${new URLSearchParams({ after })}`)
    source.addEventListener('frame', (event: MessageEvent<string>) => {
      // A cursor counts once its frame was taken: one that cannot be read is asked for again.
      frame(JSON.parse(event.data), after)
      after = event.lastEventId
      waitMs = FIRST_WAIT_MS
      connection('open')
      silent()
    })
    source.onerror = lost
    silent()
  }
  const lost = () => {
    source?.close()
    source = undefined
    clearTimeout(timer)
    connection('waiting')
    // A part of chance: a console that starts again is not asked by all at the same moment.
    timer = setTimeout(open, waitMs * (0.5 + Math.random() / 2))
    waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)
  }
  const seen = () => {
    if (document.visibilityState === 'visible' && source === undefined) {
      waitMs = FIRST_WAIT_MS
      open()
    }
  }
  document.addEventListener('visibilitychange', seen)
  window.addEventListener('online', seen)
  open()
  return () => {
    document.removeEventListener('visibilitychange', seen)
    window.removeEventListener('online', seen)
    clearTimeout(timer)
    source?.close()
  }
}
