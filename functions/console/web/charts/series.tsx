/**
 * Lines over time. The canvas says nothing to assistive technology: beside it stand a sentence that sums it up and the
 * same values as a table.
 */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import {
  computed,
  defineComponent,
  onBeforeUnmount,
  onMounted,
  type PropType,
  ref,
  shallowRef,
  watch,
} from 'vue'
import { clock, dateTime, mark } from '../i18n/format.ts'
import { messages } from '../i18n/locale.ts'
import { theme } from '../parts/theme.ts'

export interface Line {
  readonly label: string
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[]
}

const HEIGHT = 200
/** Rows of the table: the newest; a day of minutes would be 1,440. */
const TABLE_ROWS = 120

/** Colours are tokens of the style sheet, so that they follow the theme. */
const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export const SeriesChart = defineComponent({
  props: {
    title: { type: String, required: true },
    /** Epoch seconds, ascending. */
    times: { type: Array as PropType<readonly number[]>, required: true },
    lines: { type: Array as PropType<readonly Line[]>, required: true },
    show: { type: Function as PropType<(value: number) => string>, required: true },
    /** Points not joined: single prices rather than a rate. */
    dots: { type: Boolean, default: false },
  },
  setup(props) {
    const host = ref<HTMLElement>()
    const pointed = ref<number>()
    const open = ref(false)
    const plot = shallowRef<uPlot>()
    const data = computed<uPlot.AlignedData>(() => [
      [...props.times],
      ...props.lines.map(({ values }) => [...values]),
    ])

    const draw = () => {
      plot.value?.destroy()
      const element = host.value
      if (element === undefined) return
      plot.value = new uPlot(
        options(props, element.clientWidth, (index) => (pointed.value = index)),
        data.value,
        element,
      )
    }
    const resized = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry?.contentRect.width ?? 0)
      if (width > 0 && width !== plot.value?.width) plot.value?.setSize({ width, height: HEIGHT })
    })
    onMounted(() => {
      draw()
      if (host.value) resized.observe(host.value)
    })
    onBeforeUnmount(() => {
      resized.disconnect()
      plot.value?.destroy()
    })
    watch(data, (now, before) => {
      if (now.length === before.length) plot.value?.setData(now)
      else draw()
    })
    watch([theme, messages], draw, { flush: 'post' })

    const summary = computed(() => summaryOf(props.lines, props.show))
    return () => (
      <figure class="series">
        <div class="series-plot" role="img" aria-label={`${props.title}. ${summary.value}`} ref={host} />
        <figcaption class="series-foot">
          <span class="series-legend">{legend(props, pointed.value)}</span>
          <button
            type="button"
            class="link"
            aria-expanded={open.value}
            onClick={() => (open.value = !open.value)}
          >
            {open.value ? messages.value.hideTable : messages.value.showTable}
          </button>
        </figcaption>
        {open.value && <SeriesTable {...props} />}
      </figure>
    )
  },
})

interface SeriesProps {
  readonly title: string
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly show: (value: number) => string
}

function legend({ lines, times, show }: SeriesProps, index: number | undefined) {
  const at = index ?? times.length - 1
  const seconds = times[at]
  return (
    <>
      {seconds !== undefined && <time>{clock(seconds * 1000)}</time>}
      {lines.map(({ label, values }, line) => {
        const value = values[at]
        return (
          <span key={label}>
            <i class={`swatch swatch-${line + 1}`} />
            {label} <b>{value === null || value === undefined ? '–' : show(value)}</b>
          </span>
        )
      })}
    </>
  )
}

function SeriesTable({ title, times, lines, show }: SeriesProps) {
  const newest = times
    .map((_, index) => index)
    .slice(-TABLE_ROWS)
    .reverse()
  return (
    <section class="table-scroll" aria-label={title} tabindex={0}>
      <table>
        <caption class="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{messages.value.time}</th>
            {lines.map(({ label }) => (
              <th scope="col" class="number" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {newest.map((index) => (
            <tr key={index}>
              <th scope="row">{dateTime((times[index] ?? 0) * 1000)}</th>
              {lines.map(({ label, values }) => (
                <td class="number" key={label}>
                  {typeof values[index] === 'number' ? show(values[index]) : '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function summaryOf(lines: readonly Line[], show: (value: number) => string): string {
  return lines
    .map(({ label, values }) => {
      const known = values.filter((value) => value !== null)
      if (known.length === 0) return `${label}: ${messages.value.noneYet}`
      const [low, high] = [Math.min(...known), Math.max(...known)]
      return messages.value.seriesSummary(label, show(known.at(-1) ?? 0), show(low), show(high))
    })
    .join('. ')
}

function options(
  { lines, dots }: SeriesProps & { readonly dots: boolean },
  width: number,
  onPoint: (index: number | undefined) => void,
): uPlot.Options {
  const axis = { stroke: token('--muted'), font: `12px ${token('--font')}`, ticks: { show: false } }
  const grid = { stroke: token('--line'), width: 1 }
  return {
    width: Math.max(width, 100),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        size: 26,
        grid: { show: false },
        space: 80,
        values: (_plot, ticks) => ticks.map((tick) => hourOf(tick)),
      },
      {
        ...axis,
        grid,
        size: 54,
        values: (_plot, ticks) => ticks.map(mark),
      },
    ],
    series: [
      {},
      ...lines.map(({ label }, index) => {
        const stroke = token(`--series-${index + 1}`)
        return {
          label,
          stroke,
          width: 2,
          ...(lines.length === 1 && !dots && { fill: `${stroke}22` }),
          points: { show: dots, size: 5 },
        }
      }),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? undefined)] },
  }
}

/** Seconds where the minute is not whole. */
function hourOf(seconds: number): string {
  const text = clock(seconds * 1000)
  return text.endsWith(':00') ? text.slice(0, -3) : text
}
