/** Most and least, of all events or of one value of a field. */
import { defineComponent, type PropType, ref } from 'vue'
import { decompose } from '../../../../_core/composed.ts'
import type { Board, DomainInfo, Ranked } from '../../../api.ts'
import { Bars } from '../../charts/bars.tsx'
import { integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { wordOf } from '../../i18n/words.ts'
import { Choices, Panel } from '../../parts/panel.tsx'
import type { RankingFamily } from './figures.ts'

/** @param fields that a member is composed of */
const barsOf = (items: readonly Ranked[], fields: number) =>
  items.map(({ member, score }) => ({
    label: decompose(member, '/', fields).join(' / '),
    value: score,
    shown: integer(score),
  }))

export const RankingPanel = defineComponent({
  props: {
    domain: { type: Object as PropType<DomainInfo>, required: true },
    board: { type: Object as PropType<Board>, required: true },
    family: { type: Object as PropType<RankingFamily>, required: true },
  },
  setup(props) {
    const chosen = ref('')
    return () => {
      const { domain, board, family } = props
      const figure = family.figures.find(({ id }) => id === chosen.value) ?? family.figures[0]
      if (figure === undefined) return null
      const now = board.rankings[figure.id]
      const member = family.member.map((name) => wordOf(domain, name)).join(' / ')
      const by = family.by === null ? messages.value.events : wordOf(domain, family.by)
      const list = (title: string, items: readonly Ranked[]) => (
        <div class="half">
          <h3>{title}</h3>
          <Bars
            title={title}
            bars={barsOf(items, family.member.length)}
            labelHead={member}
            valueHead={by}
            empty={messages.value.noneYet}
          />
        </div>
      )
      return (
        <Panel
          title={messages.value.rankingOf(member, by)}
          asOfMs={board.asOfMs}
          queries={figure.queries}
          wide={family.figures.length > 1}
          half={family.figures.length === 1}
          body={
            <>
              {family.figures.length > 1 && (
                <Choices
                  label={messages.value.ofWhich}
                  choices={family.figures.map(({ id, group }) => ({
                    value: id,
                    label: group === null ? messages.value.all : wordOf(domain, group.label),
                  }))}
                  chosen={figure.id}
                  choose={(id) => (chosen.value = id)}
                />
              )}
              <div class="halves">
                {list(messages.value.most, now?.top ?? [])}
                {list(messages.value.least, now?.bottom ?? [])}
              </div>
              <p class="panel-note">{messages.value.rankingSize(now?.size ?? 0, integer(now?.size ?? 0))}</p>
            </>
          }
        />
      )
    }
  },
})
