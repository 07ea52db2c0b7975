/** The newest events of a domain, each a link to its journey. */
import { defineComponent, onScopeDispose, type PropType, shallowRef, watch } from 'vue'
import { RouterLink } from 'vue-router'
import type { DomainInfo, Row } from '../../../api.ts'
import { at, withAt } from '../../at.ts'
import { clock } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { capital, titleOf, wordOf } from '../../i18n/words.ts'
import { get } from '../../live/api.ts'
import { onFrame } from '../../live/state.ts'
import { fieldValue, JourneyLink } from '../../parts/links.tsx'
import { Panel } from '../../parts/panel.tsx'

const SHOWN = 8

export const NewestPanel = defineComponent({
  props: { domain: { type: Object as PropType<DomainInfo>, required: true } },
  setup(props) {
    const rows = shallowRef<readonly Row[]>([])
    const asOfMs = shallowRef<number | null>(null)
    const take = (newer: readonly Row[]) => {
      const known = new Set(newer.map(({ number }) => number))
      rows.value = [...newer, ...rows.value.filter(({ number }) => !known.has(number))]
        .toSorted((one, other) => other.number - one.number)
        .slice(0, SHOWN)
    }
    watch(
      at,
      async (moment) => {
        rows.value = []
        const query = { domain: props.domain.name, limit: SHOWN, at: moment }
        const page = await get('/api/events', { query }).catch(() => undefined)
        if (page === undefined || at.value !== moment) return
        asOfMs.value = page.asOfMs
        take(page.rows)
      },
      { immediate: true },
    )
    onScopeDispose(
      onFrame((frame) => {
        if (at.value !== undefined) return
        const board = frame.boards.find(({ domain }) => domain === props.domain.name)
        asOfMs.value = board?.asOfMs ?? asOfMs.value
        if (frame.restarted.includes(props.domain.name)) rows.value = []
        take(frame.rows.filter(({ domain }) => domain === props.domain.name))
      }),
    )
    // Beside a history there is room for two thirds.
    const hasHistory = props.domain.figures.some(({ kind }) => kind === 'history')
    return () => (
      <Panel
        title={messages.value.newestOf(titleOf(props.domain))}
        asOfMs={asOfMs.value}
        queries={props.domain.figures.find(({ kind }) => kind === 'log')?.queries ?? []}
        wide={hasHistory}
        full={!hasHistory}
        aside={
          <RouterLink to={withAt('/log', { domain: props.domain.name })}>
            {{ default: () => messages.value.wholeLog }}
          </RouterLink>
        }
        body={<NewestTable domain={props.domain} rows={rows.value} />}
      />
    )
  },
})

function NewestTable({ domain, rows }: { readonly domain: DomainInfo; readonly rows: readonly Row[] }) {
  if (rows.length === 0) return <p class="empty">{messages.value.noneYet}</p>
  const isNumber = (type: string) => type === 'number' || type === 'integer'
  return (
    <section class="newest" aria-label={messages.value.newestOf(titleOf(domain))} tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{messages.value.time}</th>
            {domain.fields.map(({ name, type }) => (
              <th scope="col" key={name} class={isNumber(type) && 'number'}>
                {capital(wordOf(domain, name))}
              </th>
            ))}
            <th scope="col">{messages.value.receipt}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.number}>
              <td>
                <time>{clock(row.countedMs)}</time>
              </td>
              {domain.fields.map((field) => (
                <td key={field.name} class={isNumber(field.type) && 'number'}>
                  {fieldValue(domain, field, row)}
                </td>
              ))}
              <td>
                <JourneyLink receipt={row.receipt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
