/** Chooses the moment that is shown, and gives the link to it. */
import { defineComponent, ref } from 'vue'
import { at, atText, travelTo } from '../at.ts'
import { messages } from '../i18n/locale.ts'
import { serverNow } from '../live/state.ts'
import { copyText } from '../parts/code.tsx'
import { localText, msOfLocal } from '../parts/local-time.ts'

const MINUTE_MS = 60_000

export const TimeTravel = defineComponent({
  setup() {
    const copied = ref(false)
    const moment = () => at.value ?? serverNow(performance.now())
    const step = (ms: number) => travelTo(moment() + ms)
    const copy = async () => {
      if (at.value === undefined) travelTo(moment())
      const link = new URL(location.href)
      link.searchParams.set('at', atText(moment()))
      copied.value = await copyText(link.href)
    }
    return () => (
      <fieldset class="travel">
        <legend class="visually-hidden">{messages.value.timeTravel}</legend>
        <button type="button" class="small" onClick={() => step(-10 * MINUTE_MS)}>
          −10 min
        </button>
        <button type="button" class="small" onClick={() => step(-MINUTE_MS)}>
          −1 min
        </button>
        <input
          type="datetime-local"
          step="1"
          aria-label={messages.value.momentShown}
          value={localText(moment())}
          onChange={(event) => {
            const ms = msOfLocal((event.target as HTMLInputElement).value)
            if (ms !== undefined) travelTo(ms)
          }}
        />
        <button type="button" class="small" disabled={at.value === undefined} onClick={() => step(MINUTE_MS)}>
          +1 min
        </button>
        <button type="button" class="small" onClick={() => void copy()}>
          {copied.value ? messages.value.copied : messages.value.copyLink}
        </button>
        <button
          type="button"
          class="small"
          disabled={at.value === undefined}
          onClick={() => travelTo(undefined)}
        >
          {messages.value.now}
        </button>
      </fieldset>
    )
  },
})
