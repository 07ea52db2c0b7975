/** The log: the newest events of all domains, to be read while it grows. */
import { computed, defineComponent, onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Row } from '../../../api.ts'
import { at } from '../../at.ts'
import { clock, dateTime, integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { titleOf, wordOf } from '../../i18n/words.ts'
import type { Gap } from '../../live/rows.ts'
import { keyOf } from '../../live/rows.ts'
import { domainOf, onFrame } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { fieldValue, JourneyLink } from '../../parts/links.tsx'
import { VirtualList } from '../../parts/virtual-list.tsx'
import { Filters } from './filters.tsx'
import '../../styles/log.css'
import { LogModel } from './log-model.ts'

/** Pixels; on a phone the cells of a row stand in two lines. */
const ROW_HEIGHT = 34
const PHONE_ROW_HEIGHT = 58
const PHONE = matchMedia('(max-width: 720px)')

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const timeOf = (value: unknown): number | undefined => {
  const ms = Date.parse(textOf(value))
  return Number.isFinite(ms) ? ms : undefined
}

export default defineComponent({
  setup() {
    const route = useRoute()
    const router = useRouter()
    const filter = computed(() => ({
      domain: textOf(route.query.domain),
      text: textOf(route.query.text),
      since: timeOf(route.query.since),
      at: at.value,
    }))
    const log = new LogModel()
    watch(filter, (wanted) => void log.show(wanted), { immediate: true })
    onScopeDispose(onFrame((frame, after) => log.take(frame, after)))
    const top = ref(0)
    const isPhone = ref(PHONE.matches)
    const changed = () => (isPhone.value = PHONE.matches)
    PHONE.addEventListener('change', changed)
    onScopeDispose(() => PHONE.removeEventListener('change', changed))

    const scrolled = ({ atTop, atEnd }: { readonly atTop: boolean; readonly atEnd: boolean }) => {
      log.follow(atTop)
      if (atEnd) void log.loadOlder()
    }
    const choose = (change: Readonly<Record<string, string>>) => {
      const query = { ...route.query, ...change }
      const given = Object.entries(query).filter(([, value]) => value !== '')
      void router.replace({ query: Object.fromEntries(given) })
    }
    const row = (index: number) => {
      const item = log.items.value[index]
      if (item === undefined) return <td />
      return item.kind === 'gap' ? <GapCell gap={item.gap} load={log.loadGap} /> : <RowCells row={item.row} />
    }
    return () => {
      const { items, newer, older, error, loading, asOfMs } = log
      const count = items.value.length
      return (
        <div class="log">
          <header class="page-head">
            <h1>{messages.value.logTitle}</h1>
            <span class="muted">{messages.value.logShown(integer(count))}</span>
            <Age asOfMs={asOfMs.value} />
          </header>
          <Filters filter={filter.value} choose={choose} />
          <div class="log-list">
            {newer.value > 0 && (
              <button type="button" class="pill" onClick={() => (top.value += 1)}>
                ↑ {messages.value.newerRows(newer.value, integer(newer.value))}
              </button>
            )}
            <VirtualList
              label={messages.value.logTitle}
              columns={[
                messages.value.time,
                messages.value.kind,
                messages.value.content,
                messages.value.receipt,
              ]}
              count={count}
              rowHeight={isPhone.value ? PHONE_ROW_HEIGHT : ROW_HEIGHT}
              row={row}
              rowKey={(index) => keyAt(items.value[index])}
              onScrolled={scrolled}
              top={top.value}
            />
          </div>
          {error.value !== undefined && <p class="empty">{error.value || messages.value.noAnswer}</p>}
          {count === 0 && error.value === undefined && (
            <p class="empty">{loading.value ? messages.value.loading : emptyText(filter.value.text)}</p>
          )}
          {count > 0 && older.value === null && <p class="panel-note">{messages.value.logEnd}</p>}
        </div>
      )
    }
  },
})

const keyAt = (item: Parameters<typeof keyOf>[0] | undefined): string =>
  item === undefined ? '' : keyOf(item)
const emptyText = (text: string): string =>
  text === '' ? messages.value.nothingCounted : messages.value.noMatch

function RowCells({ row }: { readonly row: Row }) {
  const domain = domainOf(row.domain)
  const fields = domain?.fields ?? []
  return (
    <>
      <td class="log-time">
        <time title={dateTime(row.countedMs)}>{clock(row.countedMs)}</time>
      </td>
      <td class="log-kind">{domain === undefined ? row.domain : titleOf(domain)}</td>
      <td class="log-content">
        {domain !== undefined &&
          fields.map((field) => (
            <span key={field.name}>
              <span class="muted">{wordOf(domain, field.name)}</span> <b>{fieldValue(domain, field, row)}</b>
            </span>
          ))}
      </td>
      <td class="log-receipt">
        <JourneyLink receipt={row.receipt} />
      </td>
    </>
  )
}

function GapCell({ gap, load }: { readonly gap: Gap; readonly load: (gap: Gap) => Promise<void> }) {
  const { rows, lost, domain } = gap
  const title = domainOf(domain)
  const isLost = lost >= rows
  return (
    <td colspan={4} class="log-gap" data-gap={rows}>
      {title === undefined ? domain : titleOf(title)}:{' '}
      {isLost
        ? messages.value.rowsLost(rows, integer(rows))
        : messages.value.rowsSkipped(rows, integer(rows))}
      {!isLost && (
        <>
          {', '}
          <button type="button" class="link" onClick={() => void load(gap)}>
            {messages.value.loadThem}
          </button>
        </>
      )}
    </td>
  )
}
