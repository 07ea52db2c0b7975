/** What counting has made of all events, as plain JSON, in one order whatever the order of events: for comparison. */
/** By key, without a prefix. */
export type Snapshot = Readonly<Record<string, Content>>

/** Pairs are sorted by their first. */
export type Content =
  | { readonly string: string }
  | { readonly hash: readonly (readonly [field: string, value: string])[] }
  | { readonly ranks: readonly (readonly [member: string, score: number])[] }
  /** Which entries a full stream keeps depends on their order of arrival: it is its length alone. */
  | { readonly stream: number | readonly (readonly string[])[] }

export interface SnapshotOptions {
  /** Leave out what expires by itself: two snapshots far apart would differ for that alone. */
  readonly lasting?: boolean
}

/** Both sides of the keys that differ; empty when the snapshots are the same. */
export function differences(
  expected: Snapshot,
  actual: Snapshot,
): { readonly key: string; readonly expected: Content | undefined; readonly actual: Content | undefined }[] {
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
  return [...keys]
    .sort()
    .map((key) => ({ key, expected: expected[key], actual: actual[key] }))
    .filter((pair) => JSON.stringify(pair.expected) !== JSON.stringify(pair.actual))
}

export function byFirst(a: readonly [string, ...unknown[]], b: readonly [string, ...unknown[]]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0
}

const ZERO = /^0+(\.0+)?$/

type Entry = readonly [key: string, content: Content]

/** What of a key is worth a comparison: a figure that is 0 says as much as one that is not there yet. */
export function withoutZeros([key, content]: Entry): readonly Entry[] {
  if ('string' in content) return ZERO.test(content.string) ? [] : [[key, content]]
  if (!('hash' in content)) return [[key, content]]
  const hash = content.hash.filter(([, value]) => !ZERO.test(value))
  return hash.length === 0 ? [] : [[key, { hash }]]
}

/** Of the entries a stream has, of at most `keep`. */
export function streamContent(entries: readonly (readonly string[])[], keep: number): Content {
  if (entries.length >= keep) return { stream: entries.length }
  const texts = new Map(entries.map((entry) => [JSON.stringify(entry), entry]))
  return { stream: [...texts].sort(byFirst).map(([, entry]) => entry) }
}
