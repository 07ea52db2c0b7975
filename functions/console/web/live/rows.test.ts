import { describe, expect, it } from 'vitest'
import type { Row, Skipped } from '../../api.ts'
import { matches, noRows, type Rows, rowsOfPage, withGapLoaded, withNews, withOlder } from './rows.ts'

const row = (number: number, domain = 'a'): Row => ({
  domain,
  number,
  entry: `1-${number}`,
  countedMs: number,
  time: '',
  source: '/s',
  id: `${number}`,
  receipt: `/s#${number}`,
  value: { name: `Café ${number}` },
})
const rows = (...numbers: number[]): Row[] => numbers.map((number) => row(number))
const news = (...numbers: number[]) => ({
  rows: rows(...numbers),
  skipped: [] as Skipped[],
  restarted: [] as string[],
  after: 'c',
})
/** Numbers; a gap as `<rows>?`, and `<rows>x` when all of it is lost. */
const shown = ({ items }: Rows): string =>
  items
    .map((item) =>
      item.kind === 'row' ? item.row.number : `${item.gap.rows}${item.gap.lost < item.gap.rows ? '?' : 'x'}`,
    )
    .join(' ')
const page = (...numbers: number[]) =>
  rowsOfPage({
    rows: rows(...numbers),
    kept: { a: { rows: numbers.length, total: numbers[0] ?? 0, oldestMs: null } },
  })

describe('the rows of the log', () => {
  const cases: [string, Rows, ReturnType<typeof news>[], string][] = [
    ['new rows come on top', page(3, 2, 1), [news(4, 5)], '5 4 3 2 1'],
    ['what a frame repeats is there once', page(3, 2, 1), [news(2, 3, 4), news(4, 5)], '5 4 3 2 1'],
    ['what is missing without a word is a gap', page(2, 1), [news(6, 7)], '7 6 3? 2 1'],
    ['the first rows of a domain leave no gap', noRows, [news(6, 7)], '7 6'],
    ['a log that began anew is no gap', page(9, 8), [{ ...news(1, 2), restarted: ['a'] }], '2 1 9 8'],
    [
      'what was shed is a gap',
      page(1),
      [{ ...news(5), skipped: [{ domain: 'a', rows: 3, after: 'x', before: 'y', lost: 3 }] }],
      '5 3x 1',
    ],
  ]
  it.each(cases)('%s', (_, before, frames, expected) => {
    expect(shown(frames.reduce(withNews, before))).toBe(expected)
  })

  it('gaps say where they are loaded from', () => {
    const skipped = [{ domain: 'a', rows: 3, after: 'x', before: 'y', lost: 0 }]
    const [, gap] = withNews(page(1), { ...news(5), skipped }).items
    expect(gap).toEqual({
      kind: 'gap',
      gap: { domain: 'a', rows: 3, lost: 0, after: 'x', before: 'y', below: 5 },
    })
  })

  const loads: [string, number[], string][] = [
    ['all of it', [6, 5, 4], '8 7 6 5 4 3'],
    ['a part', [6, 5], '8 7 6 5 1x 3'],
    ['nothing', [], '8 7 3x 3'],
    ['more than that', [7, 6, 5, 4, 3], '8 7 6 5 4 3'],
  ]
  it.each(loads)('loading a gap: %s', (_, loaded, expected) => {
    const before = withNews(page(3), news(7, 8))
    const gap = before.items.find((item) => item.kind === 'gap')
    if (gap?.kind !== 'gap') throw new Error('no gap')
    expect(shown(withGapLoaded(before, gap.gap, rows(...loaded)))).toBe(expected)
  })

  it('older pages come below, once', () => {
    expect(shown(withOlder(page(5, 4), rows(4, 3, 2)))).toBe('5 4 3 2')
  })

  const filters: [string, string, boolean][] = [
    ['', '', true],
    ['a', 'café', true],
    ['b', '', false],
    ['', '/S#7', true],
    ['', 'cafe', false],
  ]
  it.each(filters)('domain “%s” and text “%s”: %s', (domain, text, expected) => {
    expect(matches(row(7), domain, text)).toBe(expected)
  })
})
