/** Events of every kind that is accepted, and some more: extreme amounts and times, identities with odd characters. */
import fc from 'fast-check'
import { sales } from '../_core/domains/sales.ts'
import { votes } from '../_core/domains/votes.ts'
import type { Event } from '../_core/event.ts'
import { text } from '../_core/fields.ts'

const ODD = [
  '#',
  '%',
  '%23',
  '%25',
  ':',
  '/',
  '"',
  '\\',
  '\u0000',
  '\n',
  '\ud800',
  '\udc00',
  '😀',
  'ñ',
  '{}',
  '1',
]

const oddText = fc.array(fc.oneof(fc.constantFrom(...ODD), fc.string({ maxLength: 4 })), { maxLength: 6 })

/** What CloudEvents may name themselves: anything that is not blank. */
const foreign = oddText.map((parts) => `x${parts.join('')}`)

const number = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.constantFrom(65_535, 65_536, 131_071, 999_999_999_999_999, Number.MAX_SAFE_INTEGER),
)

/** Some come close to the numbered ones, and are foreign. */
const identity = fc.oneof(
  fc.record({
    source: fc.constantFrom('/ingest/0123456789ab', '/bridge/0123456789ab'),
    id: number.map(String),
  }),
  fc.record({
    source: fc.constantFrom('/ingest/0123456789ab', '/ingest/0123', '/ingest/0123456789ab:1'),
    id: fc.oneof(fc.constantFrom('00', '01', '1e2', '-1', '+1', ' 1', '0x1', '1.0', 'Infinity'), foreign),
  }),
  fc
    .record({ partition: fc.nat(3), offset: number, topic: fc.constantFrom('a', 'a.b_c-D') })
    .map(({ partition, offset, topic }) => ({
      source: `/apis/v1/namespaces/n/kafkasources/s.x#${topic}`,
      id: `partition:${partition}/offset:${offset}`,
    })),
  fc.record({ source: foreign, id: foreign }),
)

const time = fc
  .oneof(
    fc.date({
      min: new Date('2026-11-27T11:58:00Z'),
      max: new Date('2026-11-27T12:02:00Z'),
      noInvalidDate: true,
    }),
    fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    }),
  )
  .map((date) => date.toISOString())

const price = fc.oneof(
  fc.constantFrom(0, 1e9, 0.005, 1.005, 0.015, 1e-7, 5e-324, 999_999_999.995, 0.1, 0.2),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
  fc.integer({ min: 0, max: 10_000 }).map((cents) => cents / 100),
)

const name = fc.oneof(
  fc.constantFrom('P1', 'P2', 'p1', '__proto__', 'a:b', 'a/b', '%#'),
  foreign.filter((odd) => text.safeParse(odd).success),
)

const sale = fc
  .record({
    categoria: fc.nat(4),
    producto_id: name,
    precio: price,
    cantidad_vendida: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant(2 ** 31 - 1)),
  })
  .map((value) => ({ domain: sales, value }))

const vote = fc
  .record({
    name,
    album: name,
    year: fc.integer({ min: 1900, max: 2100 }),
    rank: fc.integer({ min: 1, max: 1000 }),
  })
  .map((value) => ({ domain: votes, value }))

/** Events with identities of their own. */
export const arbitraryEvents: fc.Arbitrary<Event[]> = fc.uniqueArray(
  fc
    .tuple(identity, time, fc.oneof(sale, vote))
    .map(([named, when, content]): Event => ({ ...named, time: when, ...content })),
  { minLength: 1, maxLength: 60, selector: ({ source, id }) => JSON.stringify([source, id]) },
)

/** Deliveries of all of them: each at least once, in any order, in batches of any size. */
export const deliveriesOf = (events: readonly Event[]): fc.Arbitrary<Event[][]> =>
  fc
    .array(fc.constantFrom(...events), { maxLength: events.length })
    .chain((again) => {
      const all = [...events, ...again]
      const order = fc.shuffledSubarray(all, { minLength: all.length })
      return fc.tuple(order, fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }))
    })
    .map(([order, cuts]) => {
      const batches: Event[][] = []
      for (const [at, event] of order.entries()) {
        const last = batches.at(-1)
        if (last === undefined || cuts[at]) batches.push([event])
        else last.push(event)
      }
      return batches
    })
