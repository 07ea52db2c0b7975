/** Keeps the newest events whole. */
import { streamContent } from '../snapshot.ts'
import { type Gathered, type Occurrence, type Operation, type Section, step } from './operation.ts'

/** A stream of the newest `keep` events, as fields. */
export interface Log {
  readonly op: 'log'
  readonly key: string
  readonly keep: number
}

type Entry = readonly string[]

/** Encoded as `[key, keep, [field, value, …], …]`. */
class Streams implements Gathered {
  private readonly streams = new Map<string, { readonly keep: number; readonly entries: Entry[] }>()

  add(key: string, keep: number, entry: Entry): void {
    const stream = this.streams.get(key)
    if (stream === undefined) this.streams.set(key, { keep, entries: [entry] })
    else stream.entries.push(entry)
  }

  keys(): Iterable<string> {
    return this.streams.keys()
  }

  encode(): unknown[] {
    return Array.from(this.streams, ([key, { keep, entries }]) => [key, keep, ...entries])
  }
}

const streams: Section<Streams> = { name: 'logs', gather: () => new Streams() }

/** The canonical content, then `id`, `source` and `time` of the event: under other names where the content has these. */
function entryOf({ value, id, source, time }: Occurrence): string[] {
  const fields: string[] = []
  for (const name in value) fields.push(name, String(value[name]))
  fields.push(nameBeside(value, 'id'), id.toWellFormed())
  fields.push(nameBeside(value, 'source'), source.toWellFormed())
  fields.push(nameBeside(value, 'time'), time)
  return fields
}

/** Most clients make a map of an entry, in which the first of two fields of one name would be lost. */
const nameBeside = (value: Occurrence['value'], name: string): string =>
  Object.hasOwn(value, name) ? `event_${name}` : name

export const log: Operation<Log, Entry[]> = {
  sections: [streams],
  byTime: true,
  needs: () => ({}),
  compile: ({ keep }, { key }) =>
    step(streams, ({ event }, changes) => changes.add(key, keep, entryOf(event))),
  shape: ({ keep }) => ({ keep }),
  keys: ({ key }) => ({ exact: [key] }),
  model: {
    key: ({ key }) => key,
    add(held = [], { keep }, { value, id, source, time }) {
      const content = Object.entries(value).flatMap(([name, held]) => [name, String(held)])
      const event = { id: id.toWellFormed(), source: source.toWellFormed(), time }
      const attributes = Object.entries(event).flatMap(([name, held]) => [
        name in value ? `event_${name}` : name,
        held,
      ])
      held.push([...content, ...attributes])
      if (held.length > keep) held.shift()
      return held
    },
    contents: (held, { keep }, key) => [[key, streamContent(held, keep)]],
    load: (content) => ('stream' in content ? entriesOf(content.stream) : undefined),
  },
}

/** A full stream is in a snapshot by its length alone: its entries are then empty. */
const entriesOf = (stream: number | readonly Entry[]): Entry[] =>
  typeof stream === 'number' ? Array.from({ length: stream }, () => []) : [...stream]
