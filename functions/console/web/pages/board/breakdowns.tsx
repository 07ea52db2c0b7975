/** Events, sums and averages for each value of a field. */
import { defineComponent, type PropType, ref } from 'vue'
import type { Board, DomainInfo } from '../../../api.ts'
import { type Bar, Bars } from '../../charts/bars.tsx'
import { amount, integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { wordOf } from '../../i18n/words.ts'
import { Choices, Panel } from '../../parts/panel.tsx'
import type { FigureOf } from './figures.ts'

type Breakdown = FigureOf<'breakdown'>

interface Column {
  readonly name: string
  readonly head: string
  /** Null: there is none. */
  value(row: Board['breakdowns'][string][number]): string | null
}

function columnsOf(domain: DomainInfo, { measures }: Breakdown): readonly Column[] {
  return [
    { name: 'events', head: messages.value.events, value: ({ events }) => String(events) },
    ...measures.flatMap((measure): Column[] => {
      const word = wordOf(domain, measure.name)
      const { name } = measure
      const average: Column = {
        name: `average ${name}`,
        head: messages.value.average(word),
        value: ({ averages }) => averages[name] ?? null,
      }
      const sum: Column = {
        name: `sum ${name}`,
        head: messages.value.sum(word),
        value: ({ sums }) => sums[name] ?? null,
      }
      return [sum, average]
    }),
  ]
}

const show = (text: string | null): string =>
  text === null ? '–' : text.includes('.') ? amount(text) : integer(Number(text))

export const BreakdownPanel = defineComponent({
  props: {
    domain: { type: Object as PropType<DomainInfo>, required: true },
    board: { type: Object as PropType<Board>, required: true },
    figure: { type: Object as PropType<Breakdown>, required: true },
  },
  setup(props) {
    const chosen = ref('events')
    return () => {
      const { domain, board, figure } = props
      const columns = columnsOf(domain, figure)
      const column = columns.find(({ name }) => name === chosen.value) ?? columns[0]
      const rows = board.breakdowns[figure.id] ?? []
      const title = messages.value.byField(wordOf(domain, figure.by))
      const bars = rows.map((row): Bar => {
        const value = column?.value(row) ?? null
        return { label: wordOf(domain, row.label), value: Number(value ?? 0), shown: show(value) }
      })
      // Labels of a closed set keep their places; others are of interest by their size.
      if (!figure.isEnum) bars.sort((one, other) => other.value - one.value)
      return (
        <Panel
          title={title}
          asOfMs={board.asOfMs}
          queries={figure.queries}
          body={
            <>
              <Choices
                label={messages.value.whatIsShown}
                choices={columns.map(({ name, head }) => ({ value: name, label: head }))}
                chosen={column?.name ?? ''}
                choose={(name) => (chosen.value = name)}
              />
              <Bars
                title={title}
                bars={bars}
                labelHead={wordOf(domain, figure.by)}
                valueHead={column?.head ?? ''}
                empty={messages.value.noneYet}
              />
            </>
          }
        />
      )
    }
  },
})
