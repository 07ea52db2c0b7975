/**
 * Several texts as one that no other texts make: joined by a separator, which is percent-encoded in each but the last, and
 * so is `%`. Ordinary texts stay as they are, and the last is never changed.
 *
 * @example
 * compose(['Los Prisioneros', 'Corazones'], '/') // Los Prisioneros/Corazones
 * compose(['AC/DC', 'T.N.T.'], '/')              // AC%2FDC/T.N.T.
 */
export type Separator = '/' | ':'

const UNSAFE = { '/': /[%/]/g, ':': /[%:]/g } as const
const ENCODED: Readonly<Record<string, string>> = { '%': '%25', '/': '%2F', ':': '%3A' }

/** A text that is not the last of several. */
export const encodePart = (text: string, separator: Separator): string =>
  text.replace(UNSAFE[separator], (found) => ENCODED[found] ?? found)

export const compose = (texts: readonly string[], separator: Separator): string =>
  texts.map((text, at) => (at < texts.length - 1 ? encodePart(text, separator) : text)).join(separator)

/** `<key>:<label>…`, or the key alone. */
export const keyWith = (key: string, labels: readonly string[]): string =>
  labels.length === 0 ? key : `${key}:${compose(labels, ':')}`

/** The `count` texts again. What was not composed, such as a member of older data, is split as far as it goes. */
export function decompose(composed: string, separator: Separator, count: number): string[] {
  const parts = composed.split(separator)
  const last = parts.splice(count - 1).join(separator)
  return [...parts.map((part) => part.replace(/%(25|2F|3A)/g, (found) => decodeURIComponent(found))), last]
}
