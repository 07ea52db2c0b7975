/** A text to read or to take along. */
import { defineComponent, ref } from 'vue'
import { messages } from '../i18n/locale.ts'

/** @returns whether it is in the clipboard: a page over plain HTTP from another machine may not write there */
export const copyText = (text: string): Promise<boolean> =>
  navigator.clipboard === undefined
    ? Promise.resolve(false)
    : navigator.clipboard.writeText(text).then(
        () => true,
        () => false,
      )

export const Code = defineComponent({
  props: { text: { type: String, required: true }, label: { type: String, required: true } },
  setup(props) {
    const copied = ref('')
    const copy = async () => {
      if (await copyText(props.text)) copied.value = props.text
    }
    return () => (
      <div class="query">
        <span class="query-tool">{props.label}</span>
        <button type="button" class="small" onClick={() => void copy()}>
          {copied.value === props.text ? messages.value.copied : messages.value.copy}
        </button>
        <pre tabindex={0}>{props.text}</pre>
      </div>
    )
  },
})
