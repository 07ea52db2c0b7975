/**
 * What the transformations of the panels make of what Valkey answers. Grafana's own code has to say so (@grafana/data): where
 * it is installed it is asked, and the golden file is what it answered. Elsewhere the panels must be those that it was asked of.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { boards, panelsOf } from '../_testing/boards.ts'
import { type Columns, grafanaTransform, type Transform } from '../_testing/grafana-data.ts'
import type { Field, Frame } from './redis/source.ts'

const GOLDEN = join(import.meta.dirname, 'golden/transformations.json')

const frame = (refId: string, columns: Readonly<Record<string, Field['values']>>): Frame => ({
  refId,
  fields: Object.entries(columns).map(([name, values]) => {
    const type = name === '$time' ? 'time' : typeof values[0] === 'number' ? 'number' : 'string'
    return { name, type, values }
  }),
})

const counts = { ropa: [2], hogar: [5] }
const NOON = Date.UTC(2026, 10, 27, 12)
const prices = { '40.50:/ingest/a#1': [NOON], '9.99:/ingest/a#2': [NOON + 1_000] }
const OVER_TIME: Columns = { Price: [40.5, 9.99], Time: [NOON, NOON + 1_000] }
const vote = {
  album: 'Signos',
  id: '7',
  name: 'Soda Stereo',
  rank: 1,
  source: '/ingest/a',
  time: 'x',
  year: 1986,
}

const CASES: readonly (readonly [title: string, given: readonly Frame[], shows: Columns])[] = [
  ['Sales', [frame('A', counts)], { Sales: [7] }],
  ['Revenue', [frame('A', { ropa: [10.5], hogar: [0.25] })], { Revenue: [10.75] }],
  ['Reports by category', [frame('A', counts)], { Category: ['ropa', 'hogar'], Sales: [2, 5] }],
  ['Revenue by category', [frame('A', { ropa: [10.5] })], { Category: ['ropa'], Revenue: [10.5] }],
  [
    'Average price',
    [frame('A', { ropa: [81], hogar: [20] }), frame('B', counts)],
    { Category: ['ropa', 'hogar'], 'Average price': [40.5, 4] },
  ],
  [
    'Average quantity',
    [frame('A', { ropa: [3], hogar: [20] }), frame('B', counts)],
    { Category: ['ropa', 'hogar'], 'Average quantity': [1.5, 4] },
  ],
  ['Prices of the category', [frame('A', prices)], OVER_TIME],
  ['Prices of the product', [frame('A', prices)], OVER_TIME],
  [
    'Average rank',
    [frame('A', { Soda: [6], Caifanes: [3] }), frame('B', { Soda: [4], Caifanes: [3] })],
    { Band: ['Soda', 'Caifanes'], 'Average rank': [1.5, 1] },
  ],
  [
    'Newest votes',
    [
      frame('A', {
        $streamId: ['1-0'],
        $time: [NOON],
        ...Object.fromEntries(Object.entries(vote).map(([name, value]) => [name, [value]])),
      }),
    ],
    {
      Counted: [NOON],
      Band: ['Soda Stereo'],
      Album: ['Signos'],
      Year: [1986],
      Rank: [1],
      Id: ['7'],
      Voted: ['x'],
    },
  ],
]

const panels = boards.flatMap(panelsOf).filter(({ transformations }) => transformations.length > 0)
const asked = CASES.map(([title, given, shows]) => ({
  title,
  steps: panels.find((panel) => panel.title === title)?.transformations ?? [],
  given,
  shows,
}))

let transform: Transform | undefined
beforeAll(async () => {
  transform = await grafanaTransform()
})

describe('transformations', () => {
  it('each panel that has some is a case here', () => {
    expect(panels.map(({ title }) => title).sort()).toEqual(asked.map(({ title }) => title).sort())
  })

  it.each(asked)('$title', async ({ title, steps, given, shows }) => {
    if (transform === undefined) {
      const golden: typeof asked = JSON.parse(readFileSync(GOLDEN, 'utf8'))
      expect({ title, steps, given, shows }).toEqual(golden.find((one) => one.title === title))
    } else expect(await transform(steps, given)).toEqual([shows])
  })

  it('Grafana was asked of these panels', async ({ skip }) => {
    skip(transform === undefined, '@grafana/data is not in .caudal/grafana-data (grafana/README.md)')
    await expect(`${JSON.stringify(asked, null, 1)}\n`).toMatchFileSnapshot(GOLDEN)
  })
})
