/** How a domain, its fields, labels and figures are called. What the domain does not name has its wire name. */
import type { DomainInfo, FieldInfo } from '../../api.ts'
import { language } from './locale.ts'

/** A name of the wire as a title: `dead_letters` is "Dead letters". */
function titled(name: string): string {
  const words = name.replaceAll(/[_.:-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const titleOf = (domain: DomainInfo): string =>
  domain.words?.[language.value].title ?? titled(domain.name)

export const wordOf = (domain: DomainInfo | undefined, name: string): string =>
  domain?.words?.[language.value].names[name] ?? name

/** As the first word of a title. */
export const capital = (text: string): string =>
  text.charAt(0).toLocaleUpperCase(language.value) + text.slice(1)

/** A value of an event, as the log keeps it: enums by their label. */
export function valueWord(domain: DomainInfo, { labels }: FieldInfo, value: string): string {
  const label = labels?.[Number(value)]
  return label === undefined ? value : wordOf(domain, label)
}
