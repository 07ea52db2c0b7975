/** The newest values of something, chosen by the fields it is kept by: the price of a product, or of a category. */
import { computed, defineComponent, type PropType, reactive } from 'vue'
import type { Board, DomainInfo } from '../../../api.ts'
import { SeriesChart } from '../../charts/series.tsx'
import { decimal } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { capital, wordOf } from '../../i18n/words.ts'
import { get } from '../../live/api.ts'
import { useLoading } from '../../parts/loading.ts'
import { useNow } from '../../parts/now.ts'
import { Panel } from '../../parts/panel.tsx'
import { type FigureOf, figuresOf } from './figures.ts'

/** Sooner than a figure is stale. */
const EVERY_MS = 3000

/** What is chosen until the reader chooses: what there is most of. */
function usual(domain: DomainInfo, board: Board, per: readonly string[]): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {}
  for (const name of per) {
    const labels = domain.fields.find((field) => field.name === name)?.labels
    if (labels !== undefined) {
      const rows = figuresOf(domain, 'breakdown')
        .filter(({ by }) => by === name)
        .flatMap(({ id }) => board.breakdowns[id] ?? [])
      const [largest] = rows.toSorted((one, other) => other.events - one.events)
      chosen[name] = largest !== undefined && largest.events > 0 ? largest.label : (labels[1] ?? '')
    } else {
      chosen[name] = membersOf(domain, board, name, chosen)[0] ?? ''
    }
  }
  return chosen
}

/** The best of the ranking of this field, within what is chosen of the others. */
function membersOf(
  domain: DomainInfo,
  board: Board,
  name: string,
  chosen: Readonly<Record<string, string>>,
): string[] {
  const rankings = figuresOf(domain, 'ranking').filter(
    ({ member }) => member.length === 1 && member[0] === name,
  )
  const within = rankings.find(({ group }) => group !== null && chosen[group.field] === group.label)
  const id = (within ?? rankings[0])?.id
  return id === undefined ? [] : (board.rankings[id]?.top ?? []).map(({ member }) => member)
}

export const HistoryPanel = defineComponent({
  props: {
    domain: { type: Object as PropType<DomainInfo>, required: true },
    board: { type: Object as PropType<Board>, required: true },
    figure: { type: Object as PropType<FigureOf<'history'>>, required: true },
  },
  setup(props) {
    const chosen = reactive<Record<string, string>>({})
    const now = useNow()
    const query = computed(() => {
      const fallback = usual(props.domain, props.board, props.figure.per)
      return Object.fromEntries(props.figure.per.map((name) => [name, chosen[name] || fallback[name] || '']))
    })
    const { answer, error } = useLoading(
      (signal) => {
        if (Object.values(query.value).includes('')) return undefined
        const path = { domain: props.domain.name, figure: props.figure.id }
        return get('/api/boards/:domain/histories/:figure', { path, query: query.value, signal })
      },
      () => `${JSON.stringify(query.value)} ${Math.floor(now.value / EVERY_MS)}`,
    )
    return () => {
      const { domain, board, figure } = props
      const of = wordOf(domain, figure.of)
      const title = messages.value.historyOf(of, figure.per.map((name) => wordOf(domain, name)).join(' / '))
      const points = answer.value?.points ?? []
      return (
        <Panel
          title={title}
          asOfMs={answer.value?.asOfMs ?? null}
          queries={answer.value?.queries ?? figure.queries}
          body={
            <>
              <div class="pickers">
                {figure.per.map((name) => (
                  <Picker
                    key={name}
                    label={wordOf(domain, name)}
                    labels={domain.fields.find((field) => field.name === name)?.labels}
                    word={(label) => wordOf(domain, label)}
                    members={membersOf(domain, board, name, query.value)}
                    value={query.value[name] ?? ''}
                    choose={(value) => (chosen[name] = value)}
                  />
                ))}
              </div>
              {error.value !== undefined && (
                <p class="empty">{error.value.message || messages.value.noAnswer}</p>
              )}
              {error.value === undefined && points.length === 0 && (
                <p class="empty">{messages.value.noneYet}</p>
              )}
              {points.length > 0 && (
                <SeriesChart
                  title={title}
                  times={points.map(({ timeMs }) => timeMs / 1000)}
                  lines={[{ label: of, values: points.map(({ value }) => Number(value)) }]}
                  show={decimal}
                  dots
                />
              )}
            </>
          }
        />
      )
    }
  },
})

function Picker(props: {
  readonly label: string
  readonly labels: readonly string[] | undefined
  readonly word: (label: string) => string
  readonly members: readonly string[]
  readonly value: string
  readonly choose: (value: string) => void
}) {
  const changed = (event: Event) => props.choose((event.target as HTMLInputElement | HTMLSelectElement).value)
  const { labels, members, value } = props
  const options = labels ?? (members.includes(value) ? members : [value, ...members])
  return (
    <label class="picker">
      <span>{capital(props.label)}</span>
      <select value={value} onChange={changed}>
        {options.map((option) => (
          <option key={option} value={option}>
            {props.word(option)}
          </option>
        ))}
      </select>
    </label>
  )
}
