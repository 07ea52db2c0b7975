/** How old a figure is, as its reader sees it; past the bound it is marked as stale. */
import { defineComponent, type PropType } from 'vue'
import { dateTime, duration } from '../i18n/format.ts'
import { messages } from '../i18n/locale.ts'
import { catalogue, serverNow } from '../live/state.ts'
import { useNow } from './now.ts'

/** Until the catalogue says it. */
const STALE_MS = 10_000
const FRESH_S = 2

export const isStale = (ageMs: number): boolean => ageMs > (catalogue.value?.staleMs ?? STALE_MS)

export const Age = defineComponent({
  props: {
    /** By the console's clock; null when it was never read. */
    asOfMs: { type: [Number, null] as PropType<number | null>, required: true },
    /** It is the time of something that happened, which does not get stale. */
    isEvent: { type: Boolean, default: false },
  },
  setup(props) {
    const now = useNow()
    return () => {
      if (props.asOfMs === null) return <span class="age">{messages.value.neverRead}</span>
      const ageMs = Math.max(0, serverNow(now.value) - props.asOfMs)
      const seconds = Math.floor(ageMs / 1000)
      const text = seconds < FRESH_S ? messages.value.justNow : messages.value.ago(duration(seconds))
      return (
        <time class={['age', !props.isEvent && isStale(ageMs) && 'age-stale']} title={dateTime(props.asOfMs)}>
          {text}
        </time>
      )
    }
  },
})
