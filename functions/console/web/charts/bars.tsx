/** Bars that are a table: what is drawn is read out as it stands, and needs no second version. */
import type { VNodeChild } from 'vue'
import { capital } from '../i18n/words.ts'

export interface Bar {
  readonly label: string
  readonly value: number
  /** As text, in the reader's language. */
  readonly shown: string
  /** Further columns, in the order of `more`. */
  readonly more?: readonly string[]
}

export interface BarsProps {
  readonly title: string
  readonly bars: readonly Bar[]
  readonly labelHead: string
  readonly valueHead: string
  readonly more?: readonly string[]
  readonly empty: VNodeChild
}

export function Bars({ title, bars, labelHead, valueHead, more = [], empty }: BarsProps) {
  if (bars.length === 0) return <p class="empty">{empty}</p>
  const largest = Math.max(...bars.map(({ value }) => value), 0)
  return (
    <table class="bars">
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{capital(labelHead)}</th>
          <th scope="col" class="number">
            {capital(valueHead)}
          </th>
          {more.map((head) => (
            <th scope="col" class="number" key={head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ label, value, shown, more: cells = [] }) => (
          <tr key={label}>
            <th scope="row">
              <span class="bar-label" title={label}>
                {label}
              </span>
              <i class="bar" style={{ inlineSize: `${largest > 0 ? (100 * value) / largest : 0}%` }} />
            </th>
            <td class="number">{shown}</td>
            {cells.map((cell, index) => (
              <td class="number" key={more[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
