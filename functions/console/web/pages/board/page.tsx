/** The board of a domain, made of the figures that the catalogue lists for it: a new domain has one as soon as it is there. */
import { computed, defineComponent } from 'vue'
import { RouterLink, useRoute } from 'vue-router'
import type { Board, DomainInfo } from '../../../api.ts'
import { at, withAt } from '../../at.ts'
import { messages } from '../../i18n/locale.ts'
import { titleOf } from '../../i18n/words.ts'
import { boards, catalogue } from '../../live/state.ts'
import NotFound from '../not-found.tsx'
import { BreakdownPanel } from './breakdowns.tsx'
import { breakdownsOf, figuresOf, rankingFamilies } from './figures.ts'
import { HistoryPanel } from './history.tsx'
import { NewestPanel } from './newest.tsx'
import { RankingPanel } from './rankings.tsx'
import { SeriesPanel } from './series.tsx'
import { Tiles } from './tiles.tsx'

function Empty({ domain }: { readonly domain: DomainInfo }) {
  return (
    <p class="empty panel">
      {messages.value.nothingCounted}{' '}
      <RouterLink to={withAt('/send', { domain: domain.name })}>
        {{ default: () => messages.value.sendOne }}
      </RouterLink>
    </p>
  )
}

/** What is only known as of now, and so is not shown of another moment. */
function Now({ domain, board }: { readonly domain: DomainInfo; readonly board: Board }) {
  return (
    <>
      {breakdownsOf(domain).map((figure) => (
        <BreakdownPanel key={figure.id} domain={domain} board={board} figure={figure} />
      ))}
      {rankingFamilies(domain).map((family) => (
        <RankingPanel
          key={JSON.stringify([family.member, family.by])}
          domain={domain}
          board={board}
          family={family}
        />
      ))}
      {figuresOf(domain, 'history').map((figure) => (
        <HistoryPanel key={figure.id} domain={domain} board={board} figure={figure} />
      ))}
    </>
  )
}

export default defineComponent({
  setup() {
    const route = useRoute()
    const domain = computed(() => {
      const domains = catalogue.value?.domains ?? []
      return route.name === 'home' ? domains[0] : domains.find(({ name }) => name === route.params.domain)
    })
    return () => {
      if (catalogue.value === undefined) return <p class="empty">{messages.value.loading}</p>
      if (domain.value === undefined) return <NotFound />
      const shown = domain.value
      const board = boards.value.get(shown.name)
      const isNow = at.value === undefined
      return (
        <div key={shown.name}>
          <h1>{titleOf(shown)}</h1>
          {!isNow && <p class="empty panel">{messages.value.onlyNow}</p>}
          {board === undefined && <p class="empty">{messages.value.loading}</p>}
          {board !== undefined && isNow && <Tiles domain={shown} board={board} />}
          {board?.counted === 0 && isNow && <Empty domain={shown} />}
          <div class="panels">
            {windows(shown) && <SeriesPanel domain={shown} />}
            <NewestPanel domain={shown} />
            {board !== undefined && isNow && <Now domain={shown} board={board} />}
          </div>
        </div>
      )
    }
  },
})

const windows = (domain: DomainInfo): boolean => figuresOf(domain, 'series').length > 0
