/** The frame around a figure: what it is, how old it is, where it comes from. */
import type { VNodeChild } from 'vue'
import { capital } from '../i18n/words.ts'
import { Age } from './age.tsx'
import { type Query, QueryButton } from './queries.tsx'

export interface PanelProps {
  readonly title: string
  /** Undefined: it is not a reading, and has no age. */
  readonly asOfMs?: number | null
  readonly queries?: readonly Query[]
  /** Beside the title: what is chosen here. */
  readonly aside?: VNodeChild
  readonly body: VNodeChild
  /** How much of the width it takes, where there is much: a third unless said. */
  readonly wide?: boolean
  readonly half?: boolean
  readonly full?: boolean
  readonly id?: string
}

export function Panel({ title, asOfMs, queries = [], aside, body, wide, half, full, id }: PanelProps) {
  return (
    <section
      class={['panel', wide && 'panel-wide', half && 'panel-half', full && 'panel-full']}
      aria-label={title}
      id={id}
    >
      <header class="panel-head">
        <h2>{capital(title)}</h2>
        {queries.length > 0 && <QueryButton label={title} queries={queries} />}
        {asOfMs !== undefined && <Age asOfMs={asOfMs} />}
        {aside !== undefined && <div class="panel-aside">{aside}</div>}
      </header>
      {body}
    </section>
  )
}

export interface TileProps {
  readonly label: string
  readonly value: string
  readonly note?: string | undefined
  readonly asOfMs: number | null
  readonly queries: readonly Query[]
}

/** A longer number is written smaller rather than in two lines. */
const LONG_CHARS = 9

/** One number. */
export function Tile({ label, value, note, asOfMs, queries }: TileProps) {
  return (
    <div class="tile">
      <dt>
        {capital(label)}
        <QueryButton label={label} queries={queries} />
      </dt>
      <dd>
        <span class={['tile-value', value.length > LONG_CHARS && 'tile-long']}>{value}</span>
        <span class="tile-note">
          {note !== undefined && <span>{note}</span>}
          <Age asOfMs={asOfMs} />
        </span>
      </dd>
    </div>
  )
}

export interface Choice {
  readonly value: string
  readonly label: string
}

/** A few alternatives, one of which is chosen. */
export function Choices(props: {
  readonly label: string
  readonly choices: readonly Choice[]
  readonly chosen: string
  readonly choose: (value: string) => void
}) {
  return (
    <fieldset class="choices">
      <legend class="visually-hidden">{props.label}</legend>
      {props.choices.map(({ value, label }) => (
        <button
          type="button"
          key={value}
          class="choice"
          aria-pressed={value === props.chosen}
          onClick={() => props.choose(value)}
        >
          {label}
        </button>
      ))}
    </fieldset>
  )
}
