/** The reports: autoscaling.csv, autoscaling.svg and cold-starts.csv; under-load.csv. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PIPELINE } from '../../../functions/_core/topology.ts'
import { quantile } from '../../lib/statistics.ts'
import { reportFolder } from './context.ts'
import { type Account, type Outcome, RETRYABLE } from './load.ts'
import type { ColdStart, Moment } from './timeline.ts'

const csv = (lines: readonly (readonly unknown[])[]): string =>
  lines.map((line) => `${line.join(',')}\n`).join('')

const write = async (name: string, text: string): Promise<void> => {
  await mkdir(reportFolder, { recursive: true })
  await writeFile(join(reportFolder, name), text)
}

const RETRIED: readonly Outcome[] = [...RETRYABLE, 'connection reset']
const latency = ({ latenciesMs }: Account, share: number): string => quantile(latenciesMs, share).toFixed(0)

export const accountLine = (what: string, account: Account): string => {
  const retried = [...account.retried].map(([outcome, times]) => `${times} x ${outcome}`).join(', ')
  return (
    `${what}: ${account.sent} sent, ${account.acknowledged} acknowledged, ${account.failed.length} failed, ` +
    `retried: ${retried || 'none'}; p50 ${latency(account, 0.5)} ms, p99 ${latency(account, 0.99)} ms`
  )
}

/** What clients saw while things changed: a line for each test. */
export async function writeAccounts(accounts: ReadonlyMap<string, Account>): Promise<void> {
  const retried = RETRIED.map((outcome) => `retried after ${outcome}`)
  const head = ['during', 'sent', 'acknowledged', 'failed', ...retried, 'p50_ms', 'p99_ms']
  const lines = [...accounts].map(([what, account]) => [
    what,
    account.sent,
    account.acknowledged,
    account.failed.length,
    ...RETRIED.map((outcome) => account.retried.get(outcome) ?? 0),
    latency(account, 0.5),
    latency(account, 0.99),
  ])
  await write('under-load.csv', csv([head, ...lines]))
}

export async function writeReport(
  moments: readonly Moment[],
  coldStarts: readonly ColdStart[],
): Promise<void> {
  await write('autoscaling.csv', momentsTable(moments))
  const starts = coldStarts.map(({ pod, scheduledS, startedS, readyS }) => [
    pod,
    scheduledS,
    startedS,
    readyS,
  ])
  await write('cold-starts.csv', csv([['pod', 'scheduled_s', 'process_started_s', 'ready_s'], ...starts]))
  await write('autoscaling.svg', drawing(moments))
}

function momentsTable(moments: readonly Moment[]): string {
  const head = [
    'second',
    ...PIPELINE.map((name) => `${name}_pods`),
    ...PIPELINE.map((name) => `${name}_ready`),
    ...['concurrency', 'requests_per_s', 'p50_ms', 'p99_ms'],
  ]
  const rows = moments.map(({ second, pods, ready, concurrency, perSecond, p50Ms, p99Ms }) => [
    second,
    ...PIPELINE.map((name) => pods[name]),
    ...PIPELINE.map((name) => ready[name]),
    ...[concurrency, perSecond, p50Ms, p99Ms],
  ])
  return csv([head, ...rows])
}

function drawing(moments: readonly Moment[]): string {
  const line = (name: string, of: (moment: Moment) => number) => ({ name, y: moments.map(of) })
  return plot(
    moments.map(({ second }) => second),
    [
      { title: 'pods ready', lines: PIPELINE.map((name) => line(name, ({ ready }) => ready[name])) },
      { title: 'acknowledged/s', lines: [line('sales', ({ perSecond }) => perSecond)] },
      { title: 'in flight', lines: [line('requests', ({ concurrency }) => concurrency)] },
      {
        title: 'latency, ms',
        lines: [line('p50', ({ p50Ms }) => p50Ms), line('p99', ({ p99Ms }) => p99Ms)],
      },
    ],
  )
}

export interface Panel {
  readonly title: string
  readonly lines: readonly { readonly name: string; readonly y: readonly number[] }[]
}

const WIDTH = 800
const HEIGHT = 150
const LEFT = 60
const TOP = 24
const GAP = 20
const COLOURS = ['#0b6e99', '#d9730d', '#0f7b6c', '#ad1a72']

/** @param x seconds, shared by all panels */
function plot(x: readonly number[], panels: readonly Panel[]): string {
  const last = x.at(-1) || 1
  const parts = panels.map((panel, index) => drawPanel(x, last, panel, index * (HEIGHT + TOP + GAP)))
  const height = panels.length * (HEIGHT + TOP + GAP) + GAP
  const axis = `<text x="${LEFT + WIDTH}" y="${height - 6}" text-anchor="end">0 to ${last} s</text>`
  const style = 'font-family="sans-serif" font-size="12"'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + GAP}" height="${height}" ${style}><rect width="100%" height="100%" fill="white"/>${parts.join('')}${axis}</svg>\n`
}

function drawPanel(x: readonly number[], last: number, { title, lines }: Panel, top: number): string {
  const finite = lines.flatMap(({ y }) => y).filter(Number.isFinite)
  const most = Math.max(1, ...finite)
  const point = (second: number, value: number): string =>
    `${(LEFT + (second / last) * WIDTH).toFixed(1)},${(top + TOP + HEIGHT - (value / most) * HEIGHT).toFixed(1)}`
  const drawn = lines.map(({ name, y }, index) => {
    const colour = COLOURS[index % COLOURS.length]
    const points = x.flatMap((second, i) => {
      const value = y[i]
      return value !== undefined && Number.isFinite(value) ? [point(second, value)] : []
    })
    const label = `<text x="${LEFT + 140 + index * 110}" y="${top + 16}" fill="${colour}">${name}</text>`
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.join(' ')}"/>${label}`
  })
  const frame = `<rect x="${LEFT}" y="${top + TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#ccc"/>`
  const scale = `<text x="${LEFT - 6}" y="${top + TOP + 10}" text-anchor="end">${most.toFixed(0)}</text>`
  return `${frame}<text x="${LEFT}" y="${top + 16}" font-weight="bold">${title}</text>${scale}${drawn.join('')}`
}
