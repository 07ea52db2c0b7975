/** An answer that is asked for again whenever what it depends on changes; the newest question's answer stays. */
import { onScopeDispose, shallowRef, watch } from 'vue'
import { ApiError } from '../live/api.ts'

export function useLoading<T>(ask: (signal: AbortSignal) => Promise<T> | undefined, on: () => unknown) {
  const answer = shallowRef<T>()
  const error = shallowRef<ApiError>()
  const loading = shallowRef(false)
  let abort = new AbortController()

  const load = async () => {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    const asked = ask(signal)
    if (asked === undefined) return
    loading.value = true
    try {
      const result = await asked
      if (signal.aborted) return
      answer.value = result
      error.value = undefined
    } catch (reason) {
      if (signal.aborted) return
      error.value = reason instanceof ApiError ? reason : new ApiError(String(reason))
    }
    loading.value = false
  }
  watch(on, () => void load(), { immediate: true })
  onScopeDispose(() => abort.abort())
  return { answer, error, loading, load }
}
