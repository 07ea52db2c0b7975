/** The sections on transport and serialisation, on validity, and on the run itself. */
import { median } from '../../../lib/statistics.ts'
import { effectsOf, type Size, type TwoByTwo, twoByTwo } from '../parts.ts'
import { armsOf, type Context, figure, section } from './context.ts'
import { type Markup, tag } from './markup.ts'
import { table } from './table.ts'
import { waterfall } from './waterfall.ts'
import type { StampLine } from './words/words.ts'

const SIZES: readonly Size[] = ['100 B', '10 kB']
const NS_PER_US = 1_000

export function transportSection(context: Context): Markup {
  const found = SIZES.flatMap((size) => {
    const four = twoByTwo(context.report, size)
    return four === undefined ? [] : [{ size, four: perRequest(context, size, four) }]
  })
  if (found.length === 0) return section(context, 'transport', tag('p', {}, context.words.nothing))
  return section(
    context,
    'transport',
    found.map(({ size, four }) => [tag('h3', {}, size), waterfallOf(context, size, four)]),
  )
}

/** Figures are per event; a large request has many. */
function perRequest({ report }: Context, size: Size, four: TwoByTwo): TwoByTwo {
  const items = report.arms.find(({ name }) => name === `http1 json, ${size}`)?.load.items ?? 1
  return {
    http1Json: four.http1Json * items,
    http1Protobuf: four.http1Protobuf * items,
    http2Json: four.http2Json * items,
    http2Protobuf: four.http2Protobuf * items,
  }
}

function waterfallOf(context: Context, size: Size, four: TwoByTwo): Markup {
  const { words, format } = context
  const effects = effectsOf(four)
  const caption = `${words.headings.transport}, ${size}, ${words.units.usPerRequest}`
  const picture = waterfall({
    label: caption,
    unit: words.units.usPerRequest,
    from: { name: 'HTTP/1.1 + JSON', value: four.http1Json },
    steps: (['transport', 'serialisation'] as const).map((name) => ({
      name: words.effects[name],
      value: effects[name],
    })),
    to: { name: 'HTTP/2 + Protobuf', value: four.http2Protobuf },
    format: format.number,
    formatChange: format.signed,
  })
  return figure(context, picture, {
    caption,
    head: [words.columns.what, 'JSON', 'Protobuf', words.effects.serialisation],
    rows: [
      [
        'HTTP/1.1',
        format.number(four.http1Json),
        format.number(four.http1Protobuf),
        format.signed(four.http1Protobuf - four.http1Json),
      ],
      [
        'HTTP/2',
        format.number(four.http2Json),
        format.number(four.http2Protobuf),
        format.signed(four.http2Protobuf - four.http2Json),
      ],
      [
        words.effects.transport,
        format.signed(four.http2Json - four.http1Json),
        format.signed(four.http2Protobuf - four.http1Protobuf),
        '',
      ],
    ],
  })
}

export function serialisationSection(context: Context): Markup {
  const { report, words, format } = context
  const groups = Map.groupBy(report.serialisation, ({ size, format: kind }) => `${size} ${kind}`)
  const rows = [...groups.values()].flatMap((rounds) => {
    const [first] = rounds
    if (first === undefined) return []
    const us = (of: 'encodeNs' | 'decodeNs'): string =>
      format.number(median(rounds.map((round) => round[of])) / NS_PER_US)
    const name = `${first.format === 'json' ? 'JSON' : 'Protobuf'}: ${words.sizes[first.size]}`
    return [[name, format.number(first.bytes), us('encodeNs'), us('decodeNs')]]
  })
  const { what, bytes, encode, decode } = words.columns
  return section(
    context,
    'serialisation',
    table({ caption: words.headings.serialisation, head: [what, bytes, encode, decode], rows }),
  )
}

export function validitySection(context: Context): Markup {
  const { report, words } = context
  const rows = armsOf(context, 'endpoints', 'connections', 'batches', 'sizes', 'transport').map((spec) => {
    const cells = report.cells.filter(({ arm }) => arm === spec.name)
    const said = cells.flatMap(({ flags, voidBecause }) => [
      ...(voidBecause === undefined ? [] : [words.voids[voidBecause]]),
      ...flags.map((flag) => words.flags[flag]),
    ])
    const counts = [...Map.groupBy(said, (what) => what)].map(([what, all]) => `${what} (${all.length})`)
    const valid = cells.filter(({ voidBecause }) => voidBecause === undefined).length
    return [words.arm(spec), `${valid} / ${cells.length}`, counts.join('; ')]
  })
  const { what, valid, flags } = words.columns
  return section(
    context,
    'validity',
    table({ caption: words.headings.validity, head: [what, valid, flags], rows }),
  )
}

const STAMP: readonly StampLine[] = [
  'at',
  'commit',
  'node',
  'cpu',
  'cores',
  'memoryMib',
  'kernel',
  'command',
  'against',
  'domain',
  'seed',
  'rounds',
]

export function stampSection(context: Context): Markup {
  const { report, words } = context
  const values = { ...report.stamp, rounds: report.rounds }
  const rows = STAMP.flatMap((line) =>
    values[line] === undefined ? [] : [[words.stamp[line], String(values[line])]],
  )
  return section(
    context,
    'stamp',
    table({ caption: words.headings.stamp, head: [words.columns.what, words.columns.value], rows }),
  )
}
