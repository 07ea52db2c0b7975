/** How many are in each state now, and how long the others were in it; who is in one for longest. */
import { RouterLink } from 'vue-router'
import type { DomainInfo, Lives } from '../../../api.ts'
import { duration, integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { wordOf } from '../../i18n/words.ts'
import { Age } from '../../parts/age.tsx'
import { livesPath } from '../../parts/links.tsx'

interface Props {
  readonly domain: DomainInfo
  readonly lives: Lives
}

/** The first bound of the histogram that quantiles are read from: within it nothing is known. */
const FINEST_S = 1
const seconds = (value: number | null): string => (value === null ? '–' : duration(value))
const quantile = (value: number | null): string =>
  value !== null && value < FINEST_S ? `< ${duration(FINEST_S)}` : seconds(value)

export function States({ domain, lives }: Props) {
  const words = messages.value
  const most = Math.max(1, ...lives.estados.map(({ ahora }) => ahora))
  return (
    <section class="scroll" tabindex={0} aria-label={words.byState}>
      <table class="states">
        <thead>
          <tr>
            <th scope="col">{words.stateName}</th>
            <th scope="col" class="number">
              {words.inItNow}
            </th>
            <td class="states-bar" />
            <th scope="col" class="number">
              {words.leftIt}
            </th>
            <th scope="col" class="number">
              {words.averageTime}
            </th>
            <th scope="col" class="number">
              p50
            </th>
            <th scope="col" class="number">
              p95
            </th>
          </tr>
        </thead>
        <tbody>
          {lives.estados.map(({ estado, ahora, salieron, promedioS, p50S, p95S }) => (
            <tr key={estado}>
              <th scope="row">{wordOf(domain, estado)}</th>
              <td class="number">{integer(ahora)}</td>
              <td aria-hidden="true" class="states-bar">
                <span style={{ inlineSize: `${(100 * ahora) / most}%` }} />
              </td>
              <td class="number">{integer(salieron)}</td>
              <td class="number">{seconds(promedioS)}</td>
              <td class="number">{quantile(p50S)}</td>
              <td class="number">{quantile(p95S)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export function Stuck({ domain, lives }: Props) {
  if (lives.detenidos.length === 0) return <p class="muted">{messages.value.nobodyWaits}</p>
  return (
    <ul class="stuck">
      {lives.detenidos.map(({ id, estado, desdeMs }) => (
        <li key={id}>
          <RouterLink to={livesPath(domain, id)} class="mono receipt">
            {{ default: () => id }}
          </RouterLink>
          <span>{wordOf(domain, estado)}</span>
          <Age asOfMs={desdeMs} isEvent />
        </li>
      ))}
    </ul>
  )
}
