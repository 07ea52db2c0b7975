/** How many events, second by second or minute by minute: now, or as of another moment. */
import { computed, defineComponent, type PropType, ref } from 'vue'
import type { DomainInfo } from '../../../api.ts'
import { at } from '../../at.ts'
import { SeriesChart } from '../../charts/series.tsx'
import { duration, integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { titleOf } from '../../i18n/words.ts'
import { get } from '../../live/api.ts'
import { boards } from '../../live/state.ts'
import { useLoading } from '../../parts/loading.ts'
import { Choices, Panel } from '../../parts/panel.tsx'
import { windowsOf } from './figures.ts'
import { stretchOf } from './merge-series.ts'

export const SeriesPanel = defineComponent({
  props: { domain: { type: Object as PropType<DomainInfo>, required: true } },
  setup(props) {
    const windows = computed(() => windowsOf(props.domain))
    const chosen = ref(windows.value[0]?.id)
    const window = computed(() => windows.value.find(({ id }) => id === chosen.value) ?? windows.value[0])
    const { answer, error } = useLoading(
      (signal) => {
        if (window.value === undefined) return undefined
        const path = { domain: props.domain.name, figure: window.value.figure.id }
        return get('/api/boards/:domain/series/:figure', {
          path,
          query: { at: at.value, points: window.value.points },
          signal,
        })
      },
      () => [window.value, at.value],
    )
    const board = computed(() => boards.value.get(props.domain.name))
    const stretch = computed(() => {
      const { figure, points } = window.value ?? {}
      const asked = answer.value?.figure === figure?.id ? answer.value?.series : undefined
      const live = figure === undefined || at.value !== undefined ? undefined : board.value?.series[figure.id]
      return stretchOf(asked, live, points ?? 0)
    })
    return () => {
      const bucket = window.value?.figure.bucketSeconds ?? 1
      const title = messages.value.seriesTitle[nameOf(bucket)](titleOf(props.domain), duration(bucket))
      return (
        <Panel
          title={title}
          asOfMs={at.value === undefined ? (board.value?.asOfMs ?? null) : (answer.value?.asOfMs ?? null)}
          queries={window.value?.figure.queries ?? []}
          wide
          aside={
            <Choices
              label={messages.value.stretch}
              choices={windows.value.map(({ id, figure, points }) => ({
                value: id,
                label: duration(figure.bucketSeconds * points),
              }))}
              chosen={window.value?.id ?? ''}
              choose={(id) => (chosen.value = id)}
            />
          }
          body={
            error.value !== undefined && stretch.value.times.length === 0 ? (
              <p class="empty">{error.value.message || messages.value.noAnswer}</p>
            ) : (
              <SeriesChart
                title={title}
                times={stretch.value.times}
                lines={[{ label: titleOf(props.domain), values: stretch.value.counts }]}
                show={integer}
              />
            )
          }
        />
      )
    }
  },
})

const nameOf = (bucketSeconds: number): 1 | 60 | 'other' =>
  bucketSeconds === 1 || bucketSeconds === 60 ? bucketSeconds : 'other'
