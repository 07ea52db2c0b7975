/** The field's rules for dashboards (grafana/dashboard-linter names most of them), and this project's own. */
import { describe, expect, it } from 'vitest'
import { type BoardPanel, boards, panelsOf, redisQuery } from '../_testing/boards.ts'
import { variable } from './board.ts'

const PLUGINS: Record<string, string> = { valkey: 'redis-datasource', prometheus: 'prometheus' }
const GRID_COLUMNS = 24
/** What the name of a metric says of its unit; the others are counts. */
const UNITS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/_seconds_(bucket|sum|total)\b/, ['s', 'short']],
  [/_bytes\b/, ['bytes']],
  [/_requests?_total\b|request_count\b/, ['reqps', 'percentunit', 'short']],
]

const everyPanel = boards.flatMap((board) =>
  panelsOf(board).map((panel) => [`${board.title}: ${panel.title}`, panel] as const),
)

describe.each(boards.map((board) => [board.title, board] as const))('%s', (_, board) => {
  it('has a fixed uid, and a schema that Grafana 11 to 13 read', () => {
    expect(board.uid).toMatch(/^caudal-[a-z-]{3,30}$/)
    expect(board.schemaVersion).toBeGreaterThanOrEqual(39)
    expect(board.schemaVersion).toBeLessThanOrEqual(42)
    expect(JSON.stringify(board)).not.toMatch(/__inputs|__requires|__expr__|"streaming"|"cli"/)
  })

  it('takes its data sources from variables', () => {
    const declared = board.templating.list.filter(({ type }) => type === 'datasource')
    for (const { name, query } of declared) expect(query).toBe(PLUGINS[name])
    const names = new Set(declared.map(({ name }) => variable(name)))
    for (const { targets } of panelsOf(board)) {
      for (const { datasource } of targets) {
        expect(names).toContain(datasource.uid)
        expect(variable(datasource.type === 'prometheus' ? 'prometheus' : 'valkey')).toBe(datasource.uid)
      }
    }
  })

  it('has panels with titles and ids of their own, none over another', () => {
    const { panels } = board
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const titles = panelsOf(board).map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
    const cells = panels.flatMap(cellsOf)
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > GRID_COLUMNS)).toEqual([])
  })

  it('uses the variables it declares, and declares those it uses', () => {
    const text = JSON.stringify(board)
    const used = new Set(Array.from(text.matchAll(/\$\{(\w+)\}/g), ([, name]) => name))
    expect([...used].sort()).toEqual(board.templating.list.map(({ name }) => name).sort())
  })
})

function cellsOf({ gridPos: { x, y, w, h } }: BoardPanel): string[] {
  const columns = Array.from({ length: w }, (_, at) => x + at)
  return columns.flatMap((column) => Array.from({ length: h }, (_, at) => `${column}/${y + at}`))
}

describe.each(everyPanel)('%s', (_, panel) => {
  it('says what it shows, in which unit', () => {
    expect(panel.title).toMatch(/^[A-Z]/)
    expect(panel.description).toMatch(/^[A-Z0-9].{15,}\.$/s)
    expect(panel.fieldConfig?.defaults.unit).toMatch(/./)
    expect(panel.targets.length).toBeGreaterThan(0)
    expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length)
  })

  it('asks only what its source answers', () => {
    for (const target of panel.targets) {
      if (target.datasource.type === 'prometheus') expect(target.expr).toMatch(/./)
      else expect(() => redisQuery.parse(target)).not.toThrow()
    }
  })

  it('takes rates over a window that fits, and has the unit of what it shows', () => {
    for (const { expr = '' } of panel.targets) {
      const windows = Array.from(
        expr.matchAll(/\b(?:rate|increase)\([^[]*\[([^\]]*)\]/g),
        ([, window]) => window,
      )
      expect(windows.filter((window) => window !== '$__rate_interval')).toEqual([])
      // A quotient has the unit of neither.
      if (/\) \/ /.test(expr)) continue
      for (const [name, units] of UNITS) {
        if (name.test(expr)) expect(units).toContain(panel.fieldConfig?.defaults.unit)
      }
    }
  })
})
