/** What is shown of the log: a kind, a text, from a time on. The address has it, so that it can be sent. */
import { defineComponent, onScopeDispose, type PropType, ref, watch } from 'vue'
import { messages } from '../../i18n/locale.ts'
import { titleOf } from '../../i18n/words.ts'
import { catalogue } from '../../live/state.ts'
import { localText, msOfLocal } from '../../parts/local-time.ts'
import type { Filter } from './log-model.ts'

/** A word is not asked for letter by letter. */
const TYPING_MS = 300
const LONGEST_TEXT = 128

const valueIn = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value

export const Filters = defineComponent({
  props: {
    filter: { type: Object as PropType<Filter>, required: true },
    choose: {
      type: Function as PropType<(change: Readonly<Record<string, string>>) => void>,
      required: true,
    },
  },
  setup(props) {
    const text = ref(props.filter.text)
    let timer: ReturnType<typeof setTimeout> | undefined
    watch(
      () => props.filter.text,
      (now) => {
        text.value = now
      },
    )
    onScopeDispose(() => clearTimeout(timer))
    const typed = (event: Event) => {
      text.value = valueIn(event)
      clearTimeout(timer)
      timer = setTimeout(() => props.choose({ text: text.value }), TYPING_MS)
    }
    const since = (event: Event) => {
      const ms = msOfLocal(valueIn(event))
      props.choose({ since: ms === undefined ? '' : new Date(ms).toISOString() })
    }
    return () => (
      <search class="filters">
        <label>
          <span>{messages.value.kind}</span>
          <select value={props.filter.domain} onChange={(event) => props.choose({ domain: valueIn(event) })}>
            <option value="">{messages.value.allKinds}</option>
            {catalogue.value?.domains.map((domain) => (
              <option key={domain.name} value={domain.name}>
                {titleOf(domain)}
              </option>
            ))}
          </select>
        </label>
        <label class="filter-text">
          <span>{messages.value.filterText}</span>
          <input type="search" value={text.value} maxlength={LONGEST_TEXT} onInput={typed} />
        </label>
        <label>
          <span>{messages.value.since}</span>
          <input
            type="datetime-local"
            step="1"
            value={props.filter.since === undefined ? '' : localText(props.filter.since)}
            onChange={since}
          />
        </label>
      </search>
    )
  },
})
