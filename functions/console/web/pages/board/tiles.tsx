/** The single numbers of a board. */
import type { Board, DomainInfo, Figure, Query } from '../../../api.ts'
import { averageOf } from '../../i18n/decimal.ts'
import { amount, integer, rate } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { titleOf, wordOf } from '../../i18n/words.ts'
import { Tile } from '../../parts/panel.tsx'
import { figuresOf, type MeasureSum, measureSums } from './figures.ts'

interface Props {
  readonly domain: DomainInfo
  readonly board: Board
}

/** The number of events is a figure of its own in some domains; in others it is the sum of their parts. */
const queriesOfCount = (domain: DomainInfo): readonly Query[] => {
  const counts = (kind: Figure['kind']) => domain.figures.filter((figure) => figure.kind === kind)
  return [...counts('total'), ...counts('breakdown')][0]?.queries ?? []
}

export function Tiles({ domain, board }: Props) {
  const { asOfMs } = board
  const { duplicates } = board
  const [series] = figuresOf(domain, 'series')
  return (
    <dl class="tiles">
      <Tile
        label={messages.value.counted(titleOf(domain))}
        value={integer(board.counted)}
        note={duplicates > 0 ? messages.value.repeatsIgnored(duplicates, integer(duplicates)) : undefined}
        asOfMs={asOfMs}
        queries={queriesOfCount(domain)}
      />
      <Tile
        label={messages.value.perSecond}
        value={rate(board.perSecond)}
        asOfMs={asOfMs}
        queries={series?.queries ?? []}
      />
      {measureSums(domain, board).map((whole) => (
        <MeasureTile
          key={`${whole.figure.id} ${whole.measure.name}`}
          domain={domain}
          whole={whole}
          asOfMs={asOfMs}
        />
      ))}
      {figuresOf(domain, 'extreme').map((figure) => {
        const value = board.extremes[figure.id] ?? null
        return (
          <Tile
            key={figure.id}
            label={messages.value.extreme[figure.which](wordOf(domain, figure.of))}
            value={value === null ? '–' : amount(value)}
            asOfMs={asOfMs}
            queries={figure.queries}
          />
        )
      })}
    </dl>
  )
}

/** Of single prices the average says something, of everything else the sum. */
function MeasureTile(props: {
  readonly domain: DomainInfo
  readonly whole: MeasureSum
  readonly asOfMs: number
}) {
  const { figure, measure, sum, events } = props.whole
  const average = events > 0 ? amount(averageOf(sum, events)) : undefined
  const word = wordOf(props.domain, measure.name)
  const isPrice = measure.unit === 'cents' && measure.times === undefined
  return (
    <Tile
      label={isPrice ? messages.value.average(word) : messages.value.sum(word)}
      value={isPrice ? (average ?? '–') : amount(sum)}
      note={isPrice || average === undefined ? undefined : messages.value.onAverage(average)}
      asOfMs={props.asOfMs}
      queries={figure.queries}
    />
  )
}
