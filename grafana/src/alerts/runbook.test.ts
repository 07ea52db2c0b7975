/** Every alert leads to an entry that says what to do, and to a dashboard that is there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COUNTERS, GAUGES, HISTOGRAMS } from '../../../functions/_core/metrics.ts'
import { boards } from '../../_testing/boards.ts'
import { RUNBOOK } from './rule.ts'
import { groups } from './rules.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const PARTS = ['**Means.**', '**Look.**', '**Causes**', '**Do.**', '**Done when**']

const alerts = groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : [])))
const records = groups.flatMap(({ rules }) =>
  rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
)
const sections = new Map(
  readFileSync(join(ROOT, RUNBOOK), 'utf8')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.split('\n', 1)[0]?.toLowerCase().replaceAll(' ', '-') ?? '', section]),
)

describe.each(alerts.map((alert) => [alert.alert, alert] as const))('%s', (_, { labels, annotations }) => {
  it('has a summary, a description and a severity', () => {
    expect(annotations.summary).toMatch(/^[A-Z].{20,}\.$/)
    expect(annotations.description).toMatch(/^[A-Z].{20,}\.$/)
    expect(['page', 'ticket', 'warning']).toContain(labels.severity)
  })

  it('leads to a whole entry of the runbook', () => {
    const [file, anchor = ''] = annotations.runbook_url.split('#')
    expect(file).toBe(RUNBOOK)
    const section = sections.get(anchor) ?? ''
    expect(PARTS.filter((part) => !section.includes(part))).toEqual([])
    expect(section, 'whether data can be lost').toMatch(/\bdata (cannot|can|are)\b/i)
  })

  it('leads to a dashboard', () => {
    expect(boards.map(({ uid }) => `/d/${uid}`)).toContain(annotations.dashboard_url)
  })
})

it('no entry is without an alert', () => {
  const used = new Set(alerts.map(({ annotations }) => annotations.runbook_url.split('#')[1]))
  expect([...sections.keys()].filter((anchor) => !used.has(anchor))).toEqual([])
})

it('rules read only what is registered or recorded', () => {
  const suffixes = Object.values(HISTOGRAMS).flatMap(({ name }) => [
    `${name}_bucket`,
    `${name}_count`,
    `${name}_sum`,
  ])
  const registered = [...Object.values(COUNTERS), ...Object.values(GAUGES)].map(({ name }) => name)
  const known = new Set([...registered, ...suffixes, ...records, 'up'])
  const read = groups.flatMap(({ rules }) =>
    rules.flatMap(({ expr }) => expr.match(/\bcaudal[_:][\w:]+|\bup\b/g) ?? []),
  )
  expect(read.length).toBeGreaterThan(100)
  expect(read.filter((name) => !known.has(name))).toEqual([])
})
