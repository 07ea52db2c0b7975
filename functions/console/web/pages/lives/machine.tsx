/** The machine of a life as a picture, drawn from its data. */
import type { DomainInfo, Lives } from '../../../api.ts'
import { integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { wordOf } from '../../i18n/words.ts'
import { BOX, pictureOf } from './layout-machine.ts'

export function Machine({ domain, lives }: { readonly domain: DomainInfo; readonly lives: Lives }) {
  const { width, height, boxes, arrows } = pictureOf(lives)
  const now = new Map(lives.estados.map(({ estado, ahora }) => [estado, ahora]))
  return (
    <section class="machine" tabindex={0} aria-label={messages.value.machineTitle}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={messages.value.machineTitle}>
        <defs>
          <marker
            id="head"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" class="machine-head" />
          </marker>
        </defs>
        {arrows.map(({ event, from, to }) => {
          const isStraight = from.y === to.y
          const [x1, y1] = isStraight ? [from.x + BOX.width / 2, from.y] : [from.x, from.y + BOX.height / 2]
          const [x2, y2] = isStraight ? [to.x - BOX.width / 2, to.y] : [to.x, to.y - BOX.height / 2]
          return (
            <g key={`${from.state} ${event}`}>
              <path d={`M${x1} ${y1} L${x2} ${y2}`} class="machine-arrow" marker-end="url(#head)" />
              <text x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 6} class="machine-event">
                {event}
              </text>
            </g>
          )
        })}
        {boxes.map(({ state, x, y, isFinal }) => (
          <g key={state} class={['machine-state', isFinal && 'machine-final']}>
            <rect x={x - BOX.width / 2} y={y - BOX.height / 2} width={BOX.width} height={BOX.height} rx="8" />
            <text x={x} y={y - 1}>
              {wordOf(domain, state)}
            </text>
            <text x={x} y={y + 12} class="machine-now">
              {integer(now.get(state) ?? 0)}
            </text>
          </g>
        ))}
      </svg>
    </section>
  )
}
