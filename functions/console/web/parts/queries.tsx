/** "Where does this figure come from?": one panel for the whole page, which shows the queries of a figure to copy. */
import { defineComponent, nextTick, ref, shallowRef } from 'vue'
import { messages } from '../i18n/locale.ts'
import { Code } from './code.tsx'

export interface Query {
  /** What runs it: valkey-cli, curl, PromQL. */
  readonly tool: string
  readonly text: string
}

interface Shown {
  readonly label: string
  readonly queries: readonly Query[]
  readonly left: number
  readonly top: number
}

/** Pixels; the style sheet has the same width. */
const WIDTH = 440
const MARGIN = 8

const shown = shallowRef<Shown>()
const panel = ref<HTMLElement>()

async function open(event: Event, label: string, queries: readonly Query[]): Promise<void> {
  const button = event.currentTarget
  if (!(button instanceof HTMLElement)) return
  const { left, bottom, top } = button.getBoundingClientRect()
  const width = Math.min(WIDTH, innerWidth - 2 * MARGIN)
  shown.value = {
    label,
    queries,
    left: Math.max(MARGIN, Math.min(left, innerWidth - width - MARGIN)),
    top: bottom + MARGIN,
  }
  await nextTick()
  panel.value?.showPopover()
  // Where there is no room below, it goes above.
  const height = panel.value?.offsetHeight ?? 0
  if (bottom + MARGIN + height > innerHeight && top > height + MARGIN) {
    shown.value = { ...shown.value, top: top - height - MARGIN }
  }
  panel.value?.querySelector('button')?.focus()
}

/** The small button beside a figure. */
export function QueryButton({
  label,
  queries,
}: {
  readonly label: string
  readonly queries: readonly Query[]
}) {
  return (
    <button
      type="button"
      class="query-button"
      aria-haspopup="dialog"
      aria-label={messages.value.queryOf(label)}
      title={messages.value.queryOf(label)}
      onClick={(event) => void open(event, label, queries)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5 4 1.5 8 5 12M11 4l3.5 4-3.5 4" />
      </svg>
    </button>
  )
}

/** Stands once in the layout. The browser closes it on Escape and on a click elsewhere, and gives the focus back. */
export const QueryPanel = defineComponent({
  setup() {
    return () => (
      <div
        ref={panel}
        popover="auto"
        class="query-panel"
        role="dialog"
        aria-label={messages.value.queryOf(shown.value?.label ?? '')}
        style={{ left: `${shown.value?.left ?? 0}px`, top: `${shown.value?.top ?? 0}px` }}
      >
        <p class="query-title">{shown.value?.label}</p>
        {shown.value?.queries.map(({ tool, text }) => (
          <Code key={text} label={tool} text={text} />
        ))}
      </div>
    )
  },
})
