/** Under the title of every page: is this live, is all accounted for, and what holds the system up now. */
import { defineComponent, ref } from 'vue'
import { RouterLink } from 'vue-router'
import { at, travelTo, withAt } from '../at.ts'
import { dateTime } from '../i18n/format.ts'
import { bottleneckSentence } from '../i18n/judged.ts'
import { messages } from '../i18n/locale.ts'
import { boards, connection, frame, serverNow } from '../live/state.ts'
import { isStale } from '../parts/age.tsx'
import { useNow } from '../parts/now.ts'
import { ProofBadge } from './proof-badge.tsx'
import { TimeTravel } from './time-travel.tsx'

/** `live`, or why not: what is shown is then of before. */
export function freshness(now: number): 'live' | 'connecting' | 'away' | 'stale' {
  if (frame.value === undefined) return connection.value === 'waiting' ? 'away' : 'connecting'
  const oldest = Math.min(frame.value.nowMs, ...[...boards.value.values()].map(({ asOfMs }) => asOfMs))
  if (isStale(serverNow(now) - oldest)) return 'stale'
  return connection.value === 'open' ? 'live' : 'connecting'
}

export const Strip = defineComponent({
  setup() {
    const now = useNow()
    const travelling = ref(false)
    return () => {
      const state = freshness(now.value)
      const bottleneck = frame.value?.pipeline.bottleneck
      return (
        <div class="strip">
          <button
            type="button"
            class={`live live-${at.value === undefined ? state : 'then'}`}
            aria-expanded={travelling.value}
            title={messages.value.timeTravel}
            onClick={() => (travelling.value = !travelling.value)}
          >
            <i aria-hidden="true" />
            {at.value === undefined
              ? messages.value.freshness[state]
              : messages.value.asOf(dateTime(at.value))}
          </button>
          <ProofBadge />
          {bottleneck !== undefined && (
            <p class="sentence" data-bottleneck={bottleneck.id}>
              <RouterLink to={{ ...withAt('/pipeline'), hash: '#bottleneck' }}>
                {{ default: () => bottleneckSentence(bottleneck) }}
              </RouterLink>
            </p>
          )}
          {(travelling.value || at.value !== undefined) && <TimeTravel />}
        </div>
      )
    }
  },
})

/** Old figures look like fresh ones; this says that they are not. */
export const Banner = defineComponent({
  setup() {
    const now = useNow()
    return () => {
      const state = freshness(now.value)
      const problem = frame.value?.problem
      if (at.value !== undefined) {
        return (
          <p class="banner banner-then">
            {messages.value.thenBanner(dateTime(at.value))}{' '}
            <button type="button" class="small" onClick={() => travelTo(undefined)}>
              {messages.value.backToNow}
            </button>
          </p>
        )
      }
      if (typeof problem === 'string')
        return <p class="banner banner-bad">{messages.value.problemBanner(problem)}</p>
      if (state === 'stale' || state === 'away') {
        return <p class="banner banner-bad">{messages.value.staleBanner[state]}</p>
      }
      return null
    }
  },
})
