/** One thing's life: what moved it and when, what came late or twice, what was refused, and what may come next. */
import type { DomainInfo, Life } from '../../../api.ts'
import { dateTime, duration } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { wordOf } from '../../i18n/words.ts'
import { Age } from '../../parts/age.tsx'

type Entry = Life['historia'][number]

export function Timeline({ domain, life }: { readonly domain: DomainInfo; readonly life: Life }) {
  const words = messages.value
  const entries = [...life.historia, ...life.rechazados].toSorted(
    (one, other) => Date.parse(one.time) - Date.parse(other.time) || one.n - other.n,
  )
  return (
    <>
      <p class="life-state">
        <b>{wordOf(domain, life.estado)}</b> <Age asOfMs={Date.parse(life.desde)} isEvent />
      </p>
      <ol class="timeline">
        {entries.map((entry, at) => (
          <Moment key={entry.id} domain={domain} entry={entry} before={entries[at - 1]} />
        ))}
      </ol>
      <p class="muted">
        {life.permitidos.length === 0
          ? words.nothingAllowed
          : `${words.allowedNext}: ${life.permitidos
              .map(({ evento, a }) => `${evento} → ${wordOf(domain, a)}`)
              .join(', ')}`}
      </p>
      <dl class="facts-list">
        {Object.entries(life.datos)
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name}>
              <dt>{wordOf(domain, name)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
    </>
  )
}

function Moment(props: {
  readonly domain: DomainInfo
  readonly entry: Entry
  readonly before: Entry | undefined
}) {
  const { domain, entry, before } = props
  const { caso, a, de, evento, actor, time } = entry
  const words = messages.value
  const label = words.cases[caso as keyof typeof words.cases] ?? caso
  const afterS = before === undefined ? undefined : (Date.parse(time) - Date.parse(before.time)) / 1_000
  return (
    <li class={`moment moment-${caso}`}>
      <span class="moment-what">
        <b>{wordOf(domain, a === '' ? de : a)}</b> <span class="reason-soft">{label}</span>
      </span>
      <span class="muted">
        {evento}
        {actor !== '' && ` · ${actor}`}
        {' · '}
        <time title={time}>{dateTime(Date.parse(time))}</time>
        {afterS !== undefined && afterS >= 0 && ` · +${duration(afterS)}`}
      </span>
    </li>
  )
}
