/** Events that can never be counted: why, what they were, and where they came from. */
import { computed, defineComponent, shallowRef, watch } from 'vue'
import { RouterLink } from 'vue-router'
import type { DeadLetter, DeadLetterPage } from '../../api.ts'
import { withAt } from '../at.ts'
import { dateTime, integer } from '../i18n/format.ts'
import { messages } from '../i18n/locale.ts'
import { titleOf } from '../i18n/words.ts'
import { get } from '../live/api.ts'
import { domainOf, frame } from '../live/state.ts'
import { Age } from '../parts/age.tsx'
import { Code } from '../parts/code.tsx'
import { useLoading } from '../parts/loading.ts'
import { useNow } from '../parts/now.ts'
import { QueryButton } from '../parts/queries.tsx'
import '../styles/journey.css'
import { RecordPlace } from './record-place.tsx'

const EVERY_MS = 10_000

export default defineComponent({
  setup() {
    const now = useNow()
    /** They are few: they are asked for when the proof says that there are more, and now and then besides. */
    const dead = computed(() =>
      (frame.value?.proof.topics ?? []).reduce((sum, topic) => sum + (topic.dead ?? 0), 0),
    )
    const { answer, error } = useLoading(
      (signal) => get('/api/dead-letters', { signal }),
      () => `${dead.value} ${Math.floor(now.value / EVERY_MS)}`,
    )
    const older = shallowRef<DeadLetterPage[]>([])
    watch(answer, (fresh, before) => {
      if (fresh?.items[0]?.entry !== before?.items[0]?.entry) older.value = []
    })
    const next = computed(() => (older.value.at(-1) ?? answer.value)?.next ?? null)
    const more = async () => {
      if (next.value === null) return
      const page = await get('/api/dead-letters', { query: { before: next.value } }).catch(() => undefined)
      if (page !== undefined) older.value = [...older.value, page]
    }
    return () => {
      const words = messages.value
      const items = [answer.value, ...older.value].flatMap((page) => page?.items ?? [])
      const totals = Object.entries(answer.value?.totals ?? {})
      return (
        <>
          <header class="page-head">
            <h1>{words.deadTitle}</h1>
            {answer.value !== undefined && (
              <>
                <QueryButton label={words.readAll} queries={answer.value.queries} />
                <Age asOfMs={answer.value.asOfMs} isEvent />
              </>
            )}
          </header>
          <p class="intro">{words.deadIntro}</p>
          {totals.length > 0 && (
            <ul class="totals">
              {totals.map(([topic, total]) => (
                <li key={topic}>
                  <b>{integer(total)}</b> <span class="muted">{words.inTopic(topic)}</span>
                </li>
              ))}
            </ul>
          )}
          {error.value !== undefined && <p class="empty panel">{error.value.message || words.noAnswer}</p>}
          {answer.value !== undefined && items.length === 0 && <p class="empty panel">{words.deadNone}</p>}
          <ul class="letters">
            {items.map((letter) => (
              <Letter key={letter.entry} letter={letter} />
            ))}
          </ul>
          {next.value !== null && (
            <button type="button" onClick={() => void more()}>
              {words.more}
            </button>
          )}
        </>
      )
    }
  },
})

function Letter({ letter }: { readonly letter: DeadLetter }) {
  const words = messages.value
  const { domain, atMs, reason, detail, errors, record, receipt, payload, payloadBytes, contentType } = letter
  const known = domain === null ? undefined : domainOf(domain)
  const isWhole = new TextEncoder().encode(payload).length >= payloadBytes
  const label = isWhole
    ? words.payload
    : `${words.payload}: ${words.payloadShown(integer(payload.length), integer(payloadBytes))}`
  return (
    <li class="panel letter">
      <header>
        <h2>
          <span class="reason">{reason}</span> {known === undefined ? domain : titleOf(known)}
        </h2>
        <time title={dateTime(atMs)}>{dateTime(atMs)}</time>
        <Age asOfMs={atMs} isEvent />
      </header>
      <p lang="en">{detail}</p>
      {errors.length > 0 && (
        <table class="facts">
          <thead>
            <tr>
              <th scope="col">{words.field}</th>
              <th scope="col">{words.problem}</th>
            </tr>
          </thead>
          <tbody lang="en">
            {errors.map(({ field, detail: why }) => (
              <tr key={field}>
                <th scope="row" class="mono">
                  {field}
                </th>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl class="where">
        {record !== null && (
          <div>
            <dt>{words.whereFrom}</dt>
            <dd>
              <RecordPlace record={record} />
            </dd>
          </div>
        )}
        {receipt !== null && (
          <div>
            <dt>{words.receipt}</dt>
            <dd>
              <RouterLink to={withAt('/journey', { receipt })} class="mono receipt">
                {{ default: () => receipt }}
              </RouterLink>
            </dd>
          </div>
        )}
      </dl>
      <Code label={contentType === null ? label : `${label} · ${contentType}`} text={payload} />
    </li>
  )
}
