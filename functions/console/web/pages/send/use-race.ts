/** Sends, then follows each event that was stored until it is counted: that is what the race is about. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Journey, SendRequest, SendResult } from '../../../api.ts'
import { ApiError, get, send } from '../../live/api.ts'

const FOLLOW_EVERY_MS = 250
/** Then its own page follows it. */
const FOLLOW_FOR_MS = 20_000

export interface Lane {
  readonly result: SendResult
  readonly journey: Journey | undefined
  /** From the first byte sent to the count; undefined while it is not known. */
  readonly countedMs: number | undefined
}

export function useRace() {
  const lanes = shallowRef<readonly Lane[]>([])
  const error = shallowRef<string>()
  const sending = ref(false)
  let run = 0
  onScopeDispose(() => {
    run += 1
  })

  async function start(request: SendRequest): Promise<void> {
    run += 1
    const own = run
    sending.value = true
    error.value = undefined
    lanes.value = []
    try {
      const { results } = await send(request)
      if (own !== run) return
      lanes.value = results.map((result) => ({ result, journey: undefined, countedMs: undefined }))
      for (const { receipt } of results) if (receipt !== null) void follow(receipt, own)
    } catch (reason) {
      error.value = reason instanceof ApiError ? reason.message : String(reason)
    } finally {
      sending.value = false
    }
  }

  async function follow(receipt: string, own: number): Promise<void> {
    const end = performance.now() + FOLLOW_FOR_MS
    while (own === run && performance.now() < end) {
      const journey = await get('/api/journey', { query: { receipt } }).catch(() => undefined)
      if (own !== run) return
      if (journey !== undefined) {
        lanes.value = lanes.value.map((lane) =>
          lane.result.receipt === receipt ? withJourney(lane, journey) : lane,
        )
        if (journey.verdict === 'counted' || journey.verdict === 'dead') return
      }
      await new Promise((resolve) => setTimeout(resolve, FOLLOW_EVERY_MS))
    }
  }
  return { lanes, error, sending, start }
}

function withJourney({ result }: Lane, journey: Journey): Lane {
  const { countedMs } = journey
  return {
    result,
    journey,
    countedMs: countedMs === null ? undefined : Math.max(0, countedMs - result.startedMs),
  }
}
