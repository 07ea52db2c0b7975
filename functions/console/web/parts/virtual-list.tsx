/**
 * A long table of which only the rows in view are in the document. Rows have one height, so that the place of each is
 * known without measuring. Assistive technology is told the size of the whole and the number of each row.
 */
import {
  computed,
  defineComponent,
  nextTick,
  onBeforeUnmount,
  onMounted,
  type PropType,
  ref,
  type VNode,
  watch,
} from 'vue'

/** Rows drawn beyond each edge: what a fast flick shows before the next frame. */
const SPARE_ROWS = 8
/** Until it is measured, in pixels. */
const USUAL_HEIGHT = 600

export interface Scroll {
  readonly atTop: boolean
  readonly atEnd: boolean
}

export const VirtualList = defineComponent({
  props: {
    label: { type: String, required: true },
    columns: { type: Array as PropType<readonly string[]>, required: true },
    count: { type: Number, required: true },
    rowHeight: { type: Number, required: true },
    /** The cells of a row. */
    row: { type: Function as PropType<(index: number) => VNode>, required: true },
    rowKey: { type: Function as PropType<(index: number) => string>, required: true },
    onScrolled: { type: Function as PropType<(scroll: Scroll) => void>, required: true },
    /** Changes to go to the first row. */
    top: { type: Number, default: 0 },
  },
  setup(props) {
    const body = ref<HTMLElement>()
    const offset = ref(0)
    const height = ref(USUAL_HEIGHT)
    const first = computed(() => Math.max(0, Math.floor(offset.value / props.rowHeight) - SPARE_ROWS))
    const last = computed(() =>
      Math.min(props.count, Math.ceil((offset.value + height.value) / props.rowHeight) + SPARE_ROWS),
    )
    const look = () => {
      const element = body.value
      if (element === undefined) return
      offset.value = element.scrollTop
      height.value = element.clientHeight
      const below = element.scrollHeight - element.scrollTop - element.clientHeight
      props.onScrolled({ atTop: element.scrollTop < props.rowHeight / 2, atEnd: below < height.value })
    }
    const resized = new ResizeObserver(look)
    onMounted(() => body.value && resized.observe(body.value))
    onBeforeUnmount(() => resized.disconnect())
    watch(
      () => props.top,
      () => body.value?.scrollTo({ top: 0 }),
    )
    // Fewer rows move the view without an event.
    watch(
      () => props.count,
      () => void nextTick(look),
    )

    const space = (rows: number) => (
      <tr class="list-space" style={{ height: `${rows * props.rowHeight}px` }} />
    )
    const drawn = () =>
      Array.from({ length: Math.max(0, last.value - first.value) }, (_, place) => {
        const index = first.value + place
        return (
          <tr key={props.rowKey(index)} aria-rowindex={index + 2} style={{ height: `${props.rowHeight}px` }}>
            {props.row(index)}
          </tr>
        )
      })
    return () => (
      <section class="list" ref={body} tabindex={0} aria-label={props.label} onScroll={look}>
        <table aria-rowcount={props.count + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {props.columns.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {space(first.value)}
            {drawn()}
            {space(props.count - last.value)}
          </tbody>
        </table>
      </section>
    )
  },
})
