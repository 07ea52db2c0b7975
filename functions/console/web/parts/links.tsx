/** Links to what a row is about: the event's journey, and the life of the thing that it happened to. */
import { RouterLink } from 'vue-router'
import type { DomainInfo, FieldInfo, Row } from '../../api.ts'
import { withAt } from '../at.ts'
import { valueWord } from '../i18n/words.ts'
import { catalogue } from '../live/state.ts'

const SHOWN_CHARS = 20

/** What tells names apart is at their end. */
const ending = (text: string): string =>
  text.length > SHOWN_CHARS + 2 ? `…${text.slice(-SHOWN_CHARS)}` : text

const link = (to: ReturnType<typeof withAt>, text: string) => (
  <RouterLink to={to} class="mono receipt" title={text}>
    {{ default: () => ending(text) }}
  </RouterLink>
)

export const JourneyLink = ({ receipt }: Pick<Row, 'receipt'>) =>
  link(withAt('/journey', { receipt }), receipt)

export const livesPath = (domain: DomainInfo, id?: string) =>
  withAt(`/lives/${domain.name}`, id === undefined ? {} : { id })

/** The lives of a topic's things are shown by one of its domains. */
const livingIn = ({ topic }: DomainInfo): DomainInfo | undefined =>
  catalogue.value?.domains.find((domain) => domain.hasLives && domain.topic === topic)

/** A value of an event; the name of what has a life leads there. */
export function fieldValue(domain: DomainInfo, field: FieldInfo, row: Row) {
  const text = valueWord(domain, field, row.value[field.name] ?? '')
  const lives = field.name === domain.keyField && text !== '' ? livingIn(domain) : undefined
  return lives === undefined ? text : link(livesPath(lives, text), text)
}
