/** What the page knows now, from the latest frame of the live stream; everything that is shown live is read from here. */
import { computed, ref, shallowRef } from 'vue'
import type { Board, Catalogue, LiveFrame } from '../../api.ts'
import { get } from './api.ts'
import { type Connection, watch } from './stream.ts'

export const catalogue = shallowRef<Catalogue>()
export const frame = shallowRef<LiveFrame>()
export const connection = ref<Connection>('connecting')
/** When the latest frame came, by this page's own clock. */
const receivedAt = ref(0)

const RETRY_MS = 2000

/** @param before the cursor of the frame before */
type Listener = (frame: LiveFrame, before: string | undefined) => void

const listeners = new Set<Listener>()

/** @returns stops it */
export function onFrame(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const boards = computed(
  () => new Map<string, Board>((frame.value?.boards ?? []).map((board) => [board.domain, board])),
)

export const domainOf = (name: string) => catalogue.value?.domains.find((domain) => domain.name === name)

/**
 * The console's clock, going on from the latest frame: clocks of readers may be hours away from it.
 * @param now of `performance.now()`
 */
export const serverNow = (now: number): number =>
  frame.value === undefined ? Date.now() : frame.value.nowMs + (now - receivedAt.value)

/** Reads the catalogue, however long it takes, then follows the stream for as long as the page lives. */
export async function start(): Promise<void> {
  while (catalogue.value === undefined) {
    catalogue.value = await get('/api/catalogue').catch(() => undefined)
    if (catalogue.value === undefined) {
      connection.value = 'waiting'
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }
  watch(
    {
      frame(latest, before) {
        receivedAt.value = performance.now()
        frame.value = latest
        for (const listener of listeners) listener(latest, before)
      },
      connection: (state) => (connection.value = state),
    },
    catalogue.value.tickMs,
  )
}
