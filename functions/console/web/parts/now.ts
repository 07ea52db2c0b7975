/** One clock for all ages on the page: a timer for each figure would wake the page a hundred times a second. */
import { onScopeDispose, type Ref, ref } from 'vue'

const TICK_MS = 1000

const now = ref(performance.now())
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Milliseconds of this page's own clock, which no change of the system's time moves. For `setup` only. */
export function useNow(): Readonly<Ref<number>> {
  users += 1
  now.value = performance.now()
  timer ??= setInterval(() => {
    now.value = performance.now()
  }, TICK_MS)
  onScopeDispose(() => {
    users -= 1
    if (users > 0) return
    clearInterval(timer)
    timer = undefined
  })
  return now
}
